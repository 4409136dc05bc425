-- The commands. What they do is loaded when the first is used.

-- A folder that was put on the runtime path by hand has its `after` not there yet.
local after = vim.fs.joinpath(vim.fs.dirname(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))), 'after')
if not vim.tbl_contains(vim.opt.runtimepath:get(), after) then
  vim.opt.runtimepath:append(after)
end

local commands = {
  Status = { 'status', 'Show projects and manifests of the mesh' },
  Refresh = { 'refresh', 'Read projects and manifests again' },
  Restart = { 'restart', 'Restart the server of the mesh' },
  Log = { 'log', 'Open the log' },
  Published = { 'published', 'Open the published version of the model at hand' },
  Contract = { 'contract', 'Write the contract of the model at hand into its property file' },
  Lineage = { 'lineage', 'Show in a browser what is upstream and downstream of the model at hand' },
}

for name, command in pairs(commands) do
  vim.api.nvim_create_user_command('DbtMesh' .. name, function()
    require('dbt_mesh')[command[1]]()
  end, { desc = command[2] })
end
