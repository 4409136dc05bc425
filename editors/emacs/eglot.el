;; Emacs 29 or newer: one server for the mesh, at the folder of the repository.
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((sql-mode yaml-mode yaml-ts-mode) . ("dbt-mesh-lsp" "server"))))
(add-hook 'sql-mode-hook #'eglot-ensure)
