" Vim 8 or 9 with ALE: one server for the mesh, at the folder of the repository.
call ale#linter#Define('sql', {
\   'name': 'dbt-mesh-lsp',
\   'lsp': 'stdio',
\   'executable': 'dbt-mesh-lsp',
\   'command': '%e server',
\   'project_root': {buffer -> fnamemodify(finddir('.git', expand('#' . buffer . ':p:h') . ';'), ':p:h:h')},
\})
let g:ale_linters = extend(get(g:, 'ale_linters', {}), {'sql': ['dbt-mesh-lsp']})
" Vim's own plugin for SQL sets another one.
augroup dbt_mesh_lsp
  autocmd!
  autocmd FileType sql setlocal omnifunc=ale#completion#OmniFunc
augroup END
