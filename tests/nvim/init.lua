-- A user's init.lua, with the built server in place of the one on the PATH.

local repository = vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))))
vim.opt.runtimepath:append(repository .. '/editors/neovim')
vim.cmd('filetype on')
vim.lsp.config('dbt_mesh_lsp', { cmd = { assert(vim.env.DBT_MESH_LSP, 'DBT_MESH_LSP names no server'), 'server' } })
vim.lsp.enable('dbt_mesh_lsp')
