/** Requests of sandboxed programs that have arrived and are not answered, by the mark that the preload puts on each. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export class OpenRequests {
  private readonly answers = new Map<string, ServerResponse>();

  add(request: IncomingMessage, response: ServerResponse): void {
    const mark = request.headers['x-cloud-request'];
    if (typeof mark !== 'string') return;
    this.answers.set(mark, response);
    response.once('close', () => this.answers.delete(mark));
  }

  /**
   * `MARK`: has it arrived, so that its program waits for us? `MARK:BYTES`, of an answer that comes in pieces: has the program read
   * from its connection all that we have written to it?
   */
  has(id: string): boolean {
    const [mark = '', read] = id.split(':');
    const answer = this.answers.get(mark);
    return answer !== undefined && (read === undefined || answer.socket?.bytesWritten === Number(read));
  }
}
