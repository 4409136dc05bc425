// Which server is started, and is it running?

import * as vscode from 'vscode';
import { beside } from './beside';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CloseAction, ErrorAction, LanguageClient, State } from 'vscode-languageclient/node';
import type { LanguageClientOptions } from 'vscode-languageclient/node';

const LANGUAGES = ['sql', 'jinja-sql', 'sql-jinja', 'yaml', 'dbt-yaml', 'jinja-yaml', 'markdown', 'jinja-md', 'python'];
/** So often within three minutes a server that ended is started again. */
const MOST_RESTARTS = 4;
const THREE_MINUTES = 180_000;

/** The server of this window. */
export class Server implements vscode.Disposable {
  readonly log: vscode.LogOutputChannel;
  private client: LanguageClient | undefined;
  private readonly changed = new vscode.EventEmitter<LanguageClient | undefined>();
  /** Tells of the client that runs now, or that none does. */
  readonly onChanged = this.changed.event;
  private endings: number[] = [];
  private besideThen = '';

  constructor(private readonly context: vscode.ExtensionContext) {
    this.log = vscode.window.createOutputChannel('dbt mesh', { log: true });
  }

  /** The client, where its server runs. */
  get running(): LanguageClient | undefined {
    return this.client?.state === State.Running ? this.client : undefined;
  }

  async start(): Promise<void> {
    const command = this.program();
    if (!existsSync(command)) {
      const message = `dbt mesh: there is no server at ${command}`;
      this.log.error(message);
      void vscode.window.showErrorMessage(message);
      return;
    }
    const client = new LanguageClient('dbtMesh', 'dbt mesh', { command, args: ['server'] }, this.options());
    // The server then tells when the list of projects and manifests is another one.
    client.registerFeature({
      fillClientCapabilities: (capabilities) => { capabilities.experimental = { dbtMeshStatus: true }; },
      initialize: () => undefined,
      getState: () => ({ kind: 'static' }),
      clear: () => undefined,
    });
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      const isRunning = newState === State.Running;
      void vscode.commands.executeCommand('setContext', 'dbtMesh.isRunning', isRunning);
      this.changed.fire(isRunning ? client : undefined);
    });
    this.besideThen = beside().join();
    this.log.info(`start ${command}`);
    await client.start();
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose();
  }

  async restart(): Promise<void> {
    this.endings = [];
    await this.stop();
    await this.start();
  }

  /** Starts anew if other extensions now answer other things than before. */
  async othersChanged(): Promise<void> {
    if (this.running && this.besideThen !== beside().join()) {
      await this.restart();
    }
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
    this.log.dispose();
  }

  /**
   * The user's own server, or the one that comes with the extension. The setting is one of the
   * machine: no workspace can give it.
   */
  private program(): string {
    const own = vscode.workspace.getConfiguration('dbtMesh').inspect<string>('server.path')?.globalValue;
    const name = process.platform === 'win32' ? 'dbt-mesh-lsp.exe' : 'dbt-mesh-lsp';
    return own?.trim() ? own.trim() : join(this.context.extensionPath, 'server', name);
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: LANGUAGES.map((language) => ({ scheme: 'file', language })),
      outputChannel: this.log,
      // For a folder that is not trusted the server asks nobody for manifests.
      initializationOptions: () => ({ isTrusted: vscode.workspace.isTrusted, beside: beside() }),
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => this.closed(),
      },
    };
  }

  private closed(): { action: CloseAction; message?: string } {
    const now = Date.now();
    this.endings = [...this.endings.filter((then) => now - then < THREE_MINUTES), now];
    if (this.endings.length <= MOST_RESTARTS) {
      return { action: CloseAction.Restart };
    }
    const message = 'The server of dbt mesh has ended five times in three minutes and is not started again.';
    return { action: CloseAction.DoNotRestart, message };
  }
}
