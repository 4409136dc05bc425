-- How Neovim 0.11 starts dbt-mesh-lsp. See README.md in the folder above.

--- The folder of the dbt project that a buffer belongs to, or nil.
local function project_of(buffer)
  return vim.fs.root(buffer, 'dbt_project.yml')
end

return {
  cmd = { 'dbt-mesh-lsp', 'server' },
  filetypes = { 'sql', 'jinja', 'sql.jinja', 'jinja.sql', 'yaml', 'markdown', 'python' },
  -- One server for the whole mesh: at the folder of dbt-mesh.toml, or else of the repository. Files outside
  -- every dbt project start none.
  root_dir = function(buffer, start_at)
    local project = project_of(buffer)
    if project then
      start_at(vim.fs.root(project, 'dbt-mesh.toml') or vim.fs.root(project, '.git') or project)
    end
  end,
}
