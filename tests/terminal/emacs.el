;;; Does in Emacs what a user does, over a copy of the example mesh, with the lines of docs/editors.md.  -*- lexical-binding: t -*-

(require 'eglot)
(require 'flymake)
(require 'xref)

(defvar mesh (getenv "DBT_MESH_EXAMPLE"))
(defvar order-items "domain_sales/models/marts/order_items.sql")
(defvar order-costs "domain_finance/models/intermediate/int_order_costs.sql")

(load (getenv "DBT_MESH_BLOCK"))

(defun wait-for (what probe)
  "Wait until PROBE, which only looks, answers something."
  (let ((end (time-add nil 20)) answer)
    (while (and (not (setq answer (funcall probe))) (time-less-p nil end))
      (accept-process-output nil 0.05))
    (or answer (error "%s did not come" what))))

(defun open-model (file)
  "Open FILE of the mesh and wait for the server."
  (find-file (expand-file-name file mesh))
  ;; What a command loop does behind a command.
  (run-hooks 'post-command-hook)
  (wait-for "a server" #'eglot-managed-p)
  (flymake-mode 1))

(defun go-to (text)
  "Go into the first TEXT of the buffer."
  (goto-char (point-min))
  (search-forward text)
  (backward-char 2))

(defun findings ()
  (mapconcat #'flymake-diagnostic-text (flymake-diagnostics) "\n"))

(defun answer (method)
  (jsonrpc-request (eglot-current-server) method
                   (list :textDocument (list :uri (eglot-path-to-uri (buffer-file-name)))
                         :position (eglot--pos-to-lsp-position))))

(defun a-wrong-ref-is-shown-and-disappears ()
  (open-model order-costs)
  (go-to "stock_by_month")
  (search-forward "h")
  (insert "x")
  (eglot--signal-textDocument/didChange)
  (wait-for "the finding" (lambda () (string-match-p "has no model `stock_by_monthx`" (findings))))
  (delete-char -1)
  (eglot--signal-textDocument/didChange)
  (wait-for "its end" (lambda () (not (string-match-p "has no model" (findings)))))
  (set-buffer-modified-p nil))

(defun a-cross-project-ref-is-completed ()
  (open-model order-items)
  (goto-char (point-max))
  (insert "\nselect * from {{ ref('domain_inventory', 'stock_")
  (wait-for "the completion"
            (lambda ()
              (let ((table (eglot-completion-at-point)))
                (seq-some (lambda (it) (string-match-p "stock_by_month" it))
                          (all-completions "" (nth 2 table))))))
  (set-buffer-modified-p nil)
  (revert-buffer t t)
  (run-hooks 'post-command-hook)
  (wait-for "a server" #'eglot-managed-p))

(defun definition-goes-into-the-other-project ()
  (open-model order-items)
  (go-to "selling_prices")
  (wait-for "the definition"
            (lambda ()
              (seq-some (lambda (it)
                          (string-match-p "selling_prices_v2.sql"
                                          (xref-location-group (xref-item-location it))))
                        (xref-backend-definitions 'eglot "LSP identifier at point")))))

(defun the-card-is-shown ()
  (open-model order-items)
  (go-to "selling_prices")
  (wait-for "the card"
            (lambda () (string-match-p "The price of each product" (format "%S" (answer :textDocument/hover))))))

(setq kill-buffer-query-functions nil)
(let ((tests '(a-wrong-ref-is-shown-and-disappears a-cross-project-ref-is-completed
               definition-goes-into-the-other-project the-card-is-shown))
      (failed 0))
  (dolist (test tests)
    (condition-case why
        (progn (funcall test) (message "ok      %s" test))
      (error (setq failed (1+ failed)) (message "FAILED  %s: %S" test why))))
  (message "emacs: %d of %d passed" (- (length tests) failed) (length tests))
  (ignore-errors (eglot-shutdown-all))
  (kill-emacs (if (= failed 0) 0 1)))
