-- The commands. What they do is loaded when the first is used.

local commands = {
  Status = { 'status', 'Show projects and manifests of the mesh' },
  Refresh = { 'refresh', 'Read projects and manifests again' },
  Restart = { 'restart', 'Restart the server of the mesh' },
  Log = { 'log', 'Open the log' },
  Published = { 'published', 'Open the published version of the model at hand' },
  Lineage = { 'lineage', 'Show in a browser what is upstream and downstream of the model at hand' },
}

for name, command in pairs(commands) do
  vim.api.nvim_create_user_command('DbtMesh' .. name, function()
    require('dbt_mesh')[command[1]]()
  end, { desc = command[2] })
end
