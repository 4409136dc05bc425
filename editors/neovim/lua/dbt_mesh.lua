-- What the commands do. All that is known of dbt is known by the server.

local M = {}

--- The server of the buffer at hand, or of any other.
local function client()
  local found = vim.lsp.get_clients({ bufnr = 0, name = 'dbt_mesh_lsp' })[1]
    or vim.lsp.get_clients({ name = 'dbt_mesh_lsp' })[1]
  if not found then
    vim.notify('dbt mesh: no server runs; open a file of a dbt project, or see :checkhealth dbt_mesh', vim.log.levels.WARN)
  end
  return found
end

--- Asks the server and hands its answer on; what it refuses is shown.
local function ask(method, params, answered)
  local asked = client()
  if not asked then
    return
  end
  asked:request(method, params(asked), function(failure, answer)
    if failure then
      vim.notify('dbt mesh: ' .. failure.message, vim.log.levels.ERROR)
    else
      answered(answer ~= vim.NIL and answer or nil, asked)
    end
  end, 0)
end

local function here(asked)
  return vim.lsp.util.make_position_params(0, asked.offset_encoding)
end

--- The lines of `:DbtMeshStatus`.
function M.status_lines(status)
  local lines = { status.summary, '', 'Projects' }
  for _, project in ipairs(status.projects) do
    table.insert(lines, ('  %s: %s, in %s'):format(project.name, project.summary, project.root))
  end
  vim.list_extend(lines, { '', 'Manifests' })
  for _, manifest in ipairs(status.manifests) do
    local told = type(manifest.problem) == 'string' and manifest.problem or manifest.summary
    table.insert(lines, ('  %s, read by %s: %s'):format(manifest.name, manifest.project, told))
  end
  return lines
end

function M.status()
  ask('dbtMesh/status', function()
    return nil
  end, function(status)
    vim.lsp.util.open_floating_preview(M.status_lines(status), 'text', { border = 'rounded', focus_id = 'dbt_mesh_status' })
  end)
end

function M.refresh()
  ask('workspace/executeCommand', function()
    return { command = 'dbtMesh.reload' }
  end, function() end)
end

--- The server makes the edit, or says why there is none.
function M.contract()
  ask('workspace/executeCommand', function(asked)
    return { command = 'dbtMesh.writeContract', arguments = { here(asked) } }
  end, function() end)
end

function M.restart()
  local clients = vim.lsp.get_clients({ name = 'dbt_mesh_lsp' })
  for _, running in ipairs(clients) do
    running:stop(true)
  end
  vim.wait(5000, function()
    return #vim.lsp.get_clients({ name = 'dbt_mesh_lsp' }) == 0
  end, 20)
  -- Buffers find a server again when their filetype is set. What else happens then need not happen again.
  local group = 'nvim.lsp.enable'
  local is_there, known = pcall(vim.api.nvim_get_autocmds, { group = group, event = 'FileType' })
  local options = { group = is_there and #known > 0 and group or nil, modeline = false }
  local filetypes = (vim.lsp.config.dbt_mesh_lsp or {}).filetypes or {}
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains(filetypes, vim.bo[buffer].filetype) then
      options.buffer = buffer
      vim.api.nvim_buf_call(buffer, function()
        vim.api.nvim_exec_autocmds('FileType', options)
      end)
    end
  end
end

function M.log()
  vim.cmd.tabnew(vim.fn.fnameescape(vim.lsp.log.get_filename()))
end

function M.published()
  ask('dbtMesh/published', here, function(location, asked)
    if location then
      vim.lsp.util.show_document(location, asked.offset_encoding, { focus = true })
    else
      vim.notify('dbt mesh: no manifest has the model at hand')
    end
  end)
end

--- Writes the page and opens it as the system opens pages.
function M.lineage()
  ask('dbtMesh/graph', function(asked)
    local params = here(asked)
    params.nonce = 'own'
    return params
  end, function(picture)
    if not picture then
      vim.notify('dbt mesh: there is no model here')
      return
    end
    local folder = vim.fs.joinpath(vim.fn.stdpath('cache'), 'dbt-mesh-lsp')
    vim.fn.mkdir(folder, 'p')
    local page = vim.fs.joinpath(folder, 'lineage.html')
    vim.fn.writefile(vim.split(picture.html, '\n'), page)
    vim.ui.open(page)
  end)
end

return M
