// What is upstream and downstream of the model at hand? The server draws it; this shows the page.

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Server } from './server';
import type { At } from './protocol';
import * as protocol from './protocol';

/** What a click in the page asks for. */
interface Click {
  open?: string;
  around?: string;
}

export class Lineage implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;

  constructor(private readonly server: Server) {}

  /** Shows the picture around a place, or around models by their ids. */
  async show(about: Partial<At> & { models?: string[] }): Promise<void> {
    const nonce = randomBytes(16).toString('base64');
    const picture = await this.server.running?.sendRequest(protocol.graph, { ...about, nonce });
    if (!picture) {
      void vscode.window.showInformationMessage('dbt mesh: there is no model here.');
      return;
    }
    const panel = this.panel ?? this.open();
    panel.title = picture.title;
    panel.webview.html = picture.html;
    panel.reveal(panel.viewColumn ?? vscode.ViewColumn.Beside, true);
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private open(): vscode.WebviewPanel {
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel('dbtMesh.lineage', 'Lineage', where, { enableScripts: true });
    panel.onDidDispose(() => { this.panel = undefined; });
    panel.webview.onDidReceiveMessage((click: Click) => void this.clicked(click));
    this.panel = panel;
    return panel;
  }

  private async clicked(click: Click): Promise<void> {
    if (click.around !== undefined) {
      await this.show({ models: [click.around] });
    }
    if (click.open !== undefined) {
      const client = this.server.running;
      const location = await client?.sendRequest(protocol.place, { id: click.open });
      if (client && location) {
        const { uri, range } = client.protocol2CodeConverter.asLocation(location);
        await vscode.window.showTextDocument(uri, { selection: range, viewColumn: vscode.ViewColumn.One });
      }
    }
  }
}
