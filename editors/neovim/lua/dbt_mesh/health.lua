-- `:checkhealth dbt_mesh`: can the server be started, does it run, and what does it know?

local M = {}

local function check_program()
  local config = vim.lsp.config.dbt_mesh_lsp
  local program = config and type(config.cmd) == 'table' and config.cmd[1]
  if not program then
    vim.health.error('`dbt_mesh_lsp` is not configured', 'Put editors/neovim on the runtime path')
    return
  end
  if vim.fn.executable(program) == 0 then
    vim.health.error(('`%s` cannot be started'):format(program), {
      'Install it: pip install dbt-mesh-lsp, or cargo install --path .',
      "Or name it: vim.lsp.config('dbt_mesh_lsp', { cmd = { '/path/to/dbt-mesh-lsp', 'server' } })",
    })
    return
  end
  local seen = vim.system({ program, '--version' }, { text = true }):wait(5000)
  if seen.code == 0 then
    vim.health.ok(('%s at %s'):format(vim.trim(seen.stdout), vim.fn.exepath(program)))
  else
    vim.health.error(('`%s --version` ended with %d'):format(program, seen.code))
  end
end

local function check_client(client)
  vim.health.ok(('runs for %s'):format(client.root_dir or 'no folder'))
  local answer = client:request_sync('dbtMesh/status', nil, 5000, 0)
  local status = answer and answer.result
  if not status then
    vim.health.error('does not answer')
    return
  end
  for _, project in ipairs(status.projects) do
    vim.health.info(('project %s: %s'):format(project.name, project.summary))
  end
  for _, manifest in ipairs(status.manifests) do
    local line = ('manifest of %s, read by %s: '):format(manifest.name, manifest.project)
    if type(manifest.problem) == 'string' then
      vim.health.warn(line .. manifest.problem)
    else
      vim.health.ok(line .. manifest.summary)
    end
  end
end

function M.check()
  vim.health.start('dbt mesh')
  if vim.fn.has('nvim-0.11') == 0 then
    vim.health.error('Neovim 0.11 or newer is needed')
    return
  end
  check_program()
  if not vim.lsp.is_enabled('dbt_mesh_lsp') then
    vim.health.warn('is not switched on', "vim.lsp.enable('dbt_mesh_lsp')")
  end
  local clients = vim.lsp.get_clients({ name = 'dbt_mesh_lsp' })
  if #clients == 0 then
    vim.health.info('does not run: no file of a dbt project is open')
  end
  for _, client in ipairs(clients) do
    check_client(client)
  end
end

return M
