-- How Neovim 0.11 starts dbt-mesh-lsp. See README.md in the folder above.

--- The folder of the dbt project that a buffer belongs to, or nil.
local function project_of(buffer)
  return vim.fs.root(buffer, 'dbt_project.yml')
end

--- The folder above a project, where other projects lie beside it; or nil.
local function folder_of_projects(project)
  local above = vim.fs.dirname(project)
  for name, kind in vim.fs.dir(above) do
    local beside = vim.fs.joinpath(above, name)
    if kind == 'directory' and beside ~= project and vim.uv.fs_stat(vim.fs.joinpath(beside, 'dbt_project.yml')) then
      return above
    end
  end
end

return {
  cmd = { 'dbt-mesh-lsp', 'server' },
  filetypes = { 'sql', 'jinja', 'sql.jinja', 'jinja.sql', 'yaml', 'markdown', 'python' },
  -- One server for the whole mesh: at the folder of dbt-mesh.toml, or else of the repository, or else above the
  -- projects. Files outside every dbt project start none.
  root_dir = function(buffer, start_at)
    local project = project_of(buffer)
    if project then
      start_at(
        vim.fs.root(project, 'dbt-mesh.toml') or vim.fs.root(project, '.git') or folder_of_projects(project) or project
      )
    end
  end,
}
