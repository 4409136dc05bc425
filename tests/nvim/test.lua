-- Does in Neovim what a user does, over a copy of the example mesh, and looks at what Neovim then shows.
-- Every wait is for a condition; the exit code says how it went.

local MESH = assert(vim.env.DBT_MESH_EXAMPLE, 'DBT_MESH_EXAMPLE names no mesh')
local DBT = assert(vim.env.DBT_MESH_DBT, 'DBT_MESH_DBT names no dbt')
local PATIENCE = tonumber(vim.env.DBT_MESH_PATIENCE) or 20000

local ORDER_ITEMS = 'domain_sales/models/marts/order_items.sql'
local INVENTORY_MARTS = 'domain_inventory/models/marts/_marts.yml'
local ORDER_COSTS = 'domain_finance/models/intermediate/int_order_costs.sql'

--- Fails with what was waited for and, where `last` tells it, what was there instead.
local function give_up(what, last)
  error(what .. ' did not come' .. (last and '; instead: ' .. vim.inspect(last()) or ''), 3)
end

--- Waits until `probe`, which only looks, answers something, and returns that.
local function wait_for(what, probe, last)
  local answer
  local came = vim.wait(PATIENCE, function()
    answer = probe()
    return answer ~= nil and answer ~= false
  end, 20)
  return came and answer or give_up(what, last)
end

--- Asks the server again and again, for it may still be reading the mesh, until `probe` answers something.
local function ask_until(what, probe, last)
  local deadline = vim.uv.hrtime() + PATIENCE * 1e6
  while vim.uv.hrtime() < deadline do
    local answer = probe()
    if answer then
      return answer
    end
    local changed = false
    vim.api.nvim_create_autocmd({ 'DiagnosticChanged', 'LspProgress' }, { once = true, callback = function()
      changed = true
    end })
    vim.wait(100, function()
      return changed
    end, 10)
  end
  give_up(what, last)
end

local function contains(text, part)
  return text:find(part, 1, true) ~= nil
end

--- Opens a file of the mesh as it is on disk and waits for the server.
local function open(file)
  vim.cmd.edit({ args = { vim.fs.joinpath(MESH, file) }, bang = true })
  return wait_for('a server for ' .. file, function()
    local client = vim.lsp.get_clients({ bufnr = 0, name = 'dbt_mesh_lsp' })[1]
    return client and client.initialized and client
  end)
end

--- Puts the cursor at the end of the first occurrence of `text`, less `back` characters.
local function go_to(text, back)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local _, last = line:find(text, 1, true)
    if last then
      vim.api.nvim_win_set_cursor(0, { number, last - (back or 1) })
      return
    end
  end
  error('no `' .. text .. '` in the buffer', 2)
end

--- Replaces the first occurrence of `old` in the buffer.
local function change(old, new)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local first, last = line:find(old, 1, true)
    if first then
      vim.api.nvim_buf_set_text(0, number - 1, first - 1, number - 1, last, { new })
      return
    end
  end
  error('no `' .. old .. '` in the buffer', 2)
end

--- Types a line below the buffer's text; returns its number.
local function type_line(typed)
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { typed })
  return vim.api.nvim_buf_line_count(0) - 1
end

--- The completion items at the end of a line, in the order in which a client shows them.
local function items_at_end(client, line)
  local buffer = vim.api.nvim_get_current_buf()
  local answer = client:request_sync('textDocument/completion', {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    position = { line = line, character = #vim.api.nvim_buf_get_lines(buffer, line, line + 1, false)[1] },
  }, PATIENCE, buffer)
  assert(answer and not answer.err, 'completion failed: ' .. vim.inspect(answer))
  local result = answer.result
  local items = result and result ~= vim.NIL and (result.items or result) or {}
  local shared = result and result ~= vim.NIL and vim.tbl_get(result, 'itemDefaults', 'editRange')
  for _, item in ipairs(items) do
    -- What all items replace may stand once for the whole list.
    if shared and not item.textEdit then
      item.textEdit = { range = shared.insert or shared, newText = item.textEditText or item.label }
    end
  end
  table.sort(items, function(left, right)
    return (left.sortText or left.label) < (right.sortText or right.label)
  end)
  return items
end

local function labels(items)
  return vim.tbl_map(function(item)
    return item.label
  end, items)
end

local function place_of(items, label)
  for place, item in ipairs(items) do
    if item.label == label then
      return place
    end
  end
end

--- Types a line and waits until it is offered `label`; returns the items and the line's number.
local function complete(client, typed, label)
  local line = type_line(typed)
  local items
  ask_until('`' .. label .. '` after `' .. typed .. '`', function()
    items = items_at_end(client, line)
    return place_of(items, label)
  end, function()
    return labels(items)
  end)
  return items, line
end

--- Completes, takes the item, and returns the line as it is then.
local function accept(client, typed, label)
  local items, line = complete(client, typed, label)
  local item = items[place_of(items, label)]
  local edit = item.textEdit or {
    range = { start = { line = line, character = #typed }, ['end'] = { line = line, character = #typed } },
    newText = item.insertText or item.label,
  }
  edit = { range = edit.range or edit.replace, newText = edit.newText }
  vim.lsp.util.apply_text_edits({ edit }, vim.api.nvim_get_current_buf(), client.offset_encoding)
  return vim.api.nvim_buf_get_lines(0, line, line + 1, false)[1]
end

--- The findings of the buffer as `rule severity text`, hints left out.
local function findings()
  local seen = {}
  for _, found in ipairs(vim.diagnostic.get(0, { severity = { min = vim.diagnostic.severity.WARN } })) do
    local text = vim.api.nvim_buf_get_text(0, found.lnum, found.col, found.end_lnum, found.end_col, {})[1]
    local severity = found.severity == vim.diagnostic.severity.ERROR and 'error' or 'warning'
    table.insert(seen, ('%s %s %s'):format(found.code, severity, (text:gsub('[\'"]', ''))))
  end
  table.sort(seen)
  return seen
end

--- Waits until the buffer has exactly these findings.
local function expect_findings(...)
  local wanted = { ... }
  table.sort(wanted)
  wait_for(vim.inspect(wanted), function()
    return vim.deep_equal(findings(), wanted)
  end, findings)
end

--- The text of the first floating window, or nil.
local function card()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
  end
end

--- Publishes one more public model in a project's manifest, as a run of dbt next door would.
local function publish(project, model, like)
  local path = vim.fs.joinpath(MESH, project, 'target/manifest.json')
  local file = assert(io.open(path))
  local manifest = vim.json.decode(file:read('*a'))
  file:close()
  local node = vim.deepcopy(manifest.nodes['model.' .. project .. '.' .. like])
  node.name, node.alias, node.unique_id = model, model, 'model.' .. project .. '.' .. model
  manifest.nodes[node.unique_id] = node
  file = assert(io.open(path, 'w'))
  file:write(vim.json.encode(manifest))
  file:close()
end

--- Takes the lines from the first that holds `first` to the one before that which holds `behind`.
local function cut(first, behind)
  local lines, from = vim.api.nvim_buf_get_lines(0, 0, -1, false), nil
  for number, line in ipairs(lines) do
    if not from and contains(line, first) then
      from = number
    elseif from and contains(line, behind) then
      vim.api.nvim_buf_set_lines(0, from - 1, number - 1, false, {})
      return
    end
  end
  error('no lines from `' .. first .. '` to `' .. behind .. '`', 2)
end

--- Runs real dbt in a project.
local function dbt(project, ...)
  local folder = vim.fs.joinpath(MESH, project)
  local command = vim.list_extend({ DBT, ... }, { '--project-dir', folder, '--profiles-dir', folder })
  local ran = vim.system(command, { cwd = folder }):wait()
  assert(ran.code == 0, ran.stdout)
end

--- Lets real dbt write the manifest of a project.
local function dbt_parse(project)
  dbt(project, 'parse')
end

local tests = {
  { 'the first argument completes while half typed', function()
    local client = open(ORDER_ITEMS)
    local line = accept(client, "select * from {{ ref('domain_inv", 'domain_inventory')
    assert(contains(line, "ref('domain_inventory"), line)
  end },

  { 'the second argument completes while half typed', function()
    local client = open(ORDER_ITEMS)
    local line = accept(client, "select * from {{ ref('domain_inventory', 'stock_b", 'stock_by_month')
    assert(contains(line, "ref('domain_inventory', 'stock_by_month"), line)
    assert(not contains(line, 'stock_bstock'), line)
  end },

  { 'public models come first', function()
    local client = open(ORDER_ITEMS)
    local items = complete(client, "select * from {{ ref('domain_inventory', '", 'stock_by_month')
    local hidden = place_of(items, 'int_deliveries_by_month')
    for _, public in ipairs({ 'product_catalogue', 'selling_prices', 'stock_by_month' }) do
      local place = assert(place_of(items, public), public .. ' is missing: ' .. vim.inspect(labels(items)))
      assert(not hidden or place < hidden, vim.inspect(labels(items)))
    end
  end },

  { 'versions are offered', function()
    local client = open(ORDER_ITEMS)
    local line = type_line("select * from {{ ref('domain_inventory', 'selling_prices', v=")
    local offered
    ask_until('both versions', function()
      offered = table.concat(labels(items_at_end(client, line)), ' ')
      return offered:find('%f[%d]1%f[%D]') and offered:find('%f[%d]2%f[%D]')
    end, function()
      return offered
    end)
  end },

  { 'definition goes to the SQL file of the other project', function()
    open(ORDER_ITEMS)
    go_to('selling_prices')
    vim.lsp.buf.definition()
    wait_for('selling_prices_v2.sql', function()
      return vim.endswith(vim.api.nvim_buf_get_name(0), 'domain_inventory/models/marts/selling_prices_v2.sql')
    end, function()
      return vim.api.nvim_buf_get_name(0)
    end)
  end },

  { 'the card of a model of the other project shows what it promises', function()
    open(ORDER_ITEMS)
    go_to('selling_prices')
    vim.lsp.buf.hover()
    local text = wait_for('a card', card)
    for _, part in ipairs({ 'The price of each product on sale', 'price_cents', 'integer', 'public', 'catalogue' }) do
      assert(contains(text, part), 'no `' .. part .. '` in\n' .. text)
    end
    vim.cmd('fclose!')
  end },

  { 'a wrong ref is underlined while typing, changes and disappears', function()
    open(ORDER_COSTS)
    expect_findings()
    change('stock_by_month', 'stock_by_mont')
    expect_findings('unknown-model error stock_by_mont')
    change('stock_by_mont', 'int_deliveries_by_month')
    expect_findings('protected-ref error int_deliveries_by_month')
    change('int_deliveries_by_month', 'stg_products')
    expect_findings('private-ref error stg_products')
    change("'domain_inventory', 'stg_products'", "'domain_inventry', 'stock_by_month'")
    expect_findings('unknown-project error domain_inventry')
    change('domain_inventry', 'domain_inventory')
    expect_findings()
  end },

  { 'the deliberate mistakes are shown', function()
    open('domain_inventory/models/reports/price_labels.sql')
    expect_findings('deprecated-ref warning v=1')
    open('domain_sales/analyses/deliveries_against_orders.sql')
    expect_findings('protected-ref error int_deliveries_by_month')
    open('domain_finance/models/reports/price_changes.sql')
    expect_findings('unknown-version error v=3')
  end },

  { 'a column that goes is told with its readers, until dbt publishes that', function()
    open(INVENTORY_MARTS)
    expect_findings()
    local before = vim.api.nvim_buf_get_lines(0, 0, -1, false)
    cut('name: average_purchase_price_cents', 'name: selling_prices')
    expect_findings('breaking-change warning stock_by_month', 'contract-extra-column error stock_by_month')
    local found = vim.diagnostic.get(0, { severity = vim.diagnostic.severity.WARN })[1]
    for _, part in ipairs({ 'average_purchase_price_cents', 'read by 1 model in `domain_finance`' }) do
      assert(contains(found.message, part), found.message)
    end
    local places = vim.tbl_get(found, 'user_data', 'lsp', 'relatedInformation') or {}
    local reader = places[1] and places[1].location.uri or 'none'
    assert(vim.endswith(reader, ORDER_COSTS), vim.inspect(places))
    vim.cmd.write()
    dbt_parse('domain_inventory')
    expect_findings('contract-extra-column error stock_by_month')
    open(ORDER_COSTS)
    expect_findings('unknown-column error average_purchase_price_cents')
    open(INVENTORY_MARTS)
    vim.api.nvim_buf_set_lines(0, 0, -1, false, before)
    vim.cmd.write()
    dbt_parse('domain_inventory')
    expect_findings()
  end },

  { 'a contract is written from the SELECT into the file that describes the model, and dbt builds it', function()
    open('domain_sales/models/staging/stg_order_lines.sql')
    vim.cmd('DbtMeshContract')
    wait_for('the property file', function()
      return vim.endswith(vim.api.nvim_buf_get_name(0), '_staging.yml')
    end)
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
    for _, part in ipairs({ 'enforced: true', '- name: line_number\n        data_type: integer', 'field: product_id' }) do
      assert(contains(text, part), text)
    end
    expect_findings()
    vim.cmd.write()
    -- dbt refuses the whole project for the mistake that it has on purpose.
    local mistake = vim.fs.joinpath(MESH, 'domain_sales/analyses/deliveries_against_orders.sql')
    local lines = vim.fn.readfile(mistake)
    vim.fn.delete(mistake)
    dbt('domain_sales', 'build', '--select', '+stg_order_lines', '--exclude-resource-type', 'test')
    vim.fn.writefile(lines, mistake)
  end },

  { 'a manifest rewritten on disk is noticed', function()
    local client = open(ORDER_COSTS)
    change('stock_by_month', 'seasonal_offers')
    expect_findings('unknown-model error seasonal_offers')
    publish('domain_inventory', 'seasonal_offers', 'stock_by_month')
    expect_findings()
    complete(client, "select * from {{ ref('domain_inventory', 'sea", 'seasonal_offers')
  end },

  { 'the health of the mesh is told', function()
    open(ORDER_ITEMS)
    local text
    ask_until('the health of three projects', function()
      vim.cmd('silent checkhealth dbt_mesh')
      text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
      vim.cmd('bwipeout!')
      return contains(text, 'project domain_finance: ') and contains(text, 'manifest of domain_inventory')
    end, function()
      return text
    end)
    for _, part in ipairs({ 'dbt-mesh-lsp ' .. vim.env.DBT_MESH_VERSION, 'runs for ' .. MESH, ' old' }) do
      assert(contains(text, part), 'no `' .. part .. '` in\n' .. text)
    end
    assert(not contains(text, 'ERROR') and not contains(text, 'WARNING'), text)
  end },

  { 'the commands show the mesh, what was published, and the lineage', function()
    open(ORDER_ITEMS)
    vim.cmd('DbtMeshStatus')
    local text = wait_for('the list', card)
    assert(contains(text, '3 projects, 3 manifests'), text)
    vim.cmd('fclose!')
    go_to('selling_prices')
    vim.cmd('DbtMeshPublished')
    wait_for('what was published', function()
      return vim.endswith(vim.api.nvim_buf_get_name(0), 'selling_prices.v2.sql')
    end, function()
      return vim.api.nvim_buf_get_name(0)
    end)
    open(ORDER_ITEMS)
    local opened
    vim.ui.open = function(path)
      opened = path
    end
    vim.cmd('DbtMeshLineage')
    wait_for('a page', function()
      return opened
    end)
    local page = table.concat(vim.fn.readfile(opened), '\n')
    assert(contains(page, 'Lineage of order_items') and contains(page, 'order_profit_and_loss'), opened)
  end },

  { 'Jinja is coloured and SQL stays SQL', function()
    open(ORDER_ITEMS)
    assert(vim.bo.filetype == 'sql', vim.bo.filetype)
    vim.cmd('syntax on')
    go_to('selling_prices')
    local cursor = vim.api.nvim_win_get_cursor(0)
    local name = vim.fn.synIDattr(vim.fn.synID(cursor[1], cursor[2] + 1, 1), 'name')
    assert(name == 'dbtMeshString', name)
  end },

  { 'a restart brings another server', function()
    local old = open(ORDER_ITEMS)
    local others = 0
    local other = vim.api.nvim_create_autocmd('FileType', { callback = function()
      others = others + 1
    end })
    vim.cmd('DbtMeshRestart')
    vim.api.nvim_del_autocmd(other)
    assert(others == 0, others .. ' scripts of a filetype ran again')
    wait_for('another server', function()
      local client = vim.lsp.get_clients({ bufnr = 0, name = 'dbt_mesh_lsp' })[1]
      return client and client.initialized and client.id ~= old.id
    end)
    expect_findings()
  end },

  { 'the server ends when asked', function()
    local client = open(ORDER_ITEMS)
    client:stop()
    wait_for('the end of the server', function()
      return client:is_stopped()
    end)
  end },
}

vim.o.hidden = true
if vim.fn.executable(vim.env.DBT_MESH_LSP) == 0 then
  io.stdout:write('no server at ' .. vim.env.DBT_MESH_LSP .. '\n')
  vim.cmd('cquit 1')
end
local failed = 0
for _, test in ipairs(tests) do
  local name, body = test[1], test[2]
  local start = vim.uv.hrtime()
  local is_fine, why = xpcall(body, function(message)
    return tostring(message)
  end)
  local took = (vim.uv.hrtime() - start) / 1e6
  io.stdout:write(('%s  %s (%.0f ms)\n'):format(is_fine and 'ok    ' or 'FAILED', name, took))
  if not is_fine then
    failed = failed + 1
    io.stdout:write('        ' .. why:gsub('\n', '\n        ') .. '\n')
  end
end
io.stdout:write(('neovim: %d of %d passed\n'):format(#tests - failed, #tests))
io.stdout:flush()
vim.cmd(failed == 0 and 'cquit 0' or 'cquit 1')
