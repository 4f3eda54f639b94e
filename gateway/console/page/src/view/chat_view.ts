import type { ChatLine } from '../model/chat_line.js';
import { byId, make, setText } from './dom.js';

const linesMax = 100;

/** The chat: its last lines, and a form to add one. */
export class ChatView {
  private readonly list = byId('chat');
  private readonly name = byId('name', HTMLInputElement);
  private readonly text = byId('text', HTMLInputElement);
  private readonly problem = byId('chat-problem');

  /** @param send publishes a line; rejects with what went wrong */
  constructor(private readonly send: (line: ChatLine) => Promise<unknown>) {
    this.name.value ||= `guest ${Math.floor(100 + Math.random() * 900)}`;
    byId('say', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.onSubmit();
    });
  }

  add({ from, text }: ChatLine, timeMs: number | undefined): void {
    const time = timeMs === undefined ? '' : new Date(timeMs).toLocaleTimeString('en-GB', { timeStyle: 'short' });
    this.append(
      make('li', {}, make('time', { text: time }), make('b', { text: from }), make('span', { text })),
    );
  }

  /** Says that messages are missing here. */
  addGap(lost: number | undefined): void {
    this.append(make('li', { className: 'missing', text: `${lost ?? 'some'} messages are missing here` }));
  }

  private append(item: HTMLLIElement): void {
    const isAtEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    this.list.append(item);
    while (this.list.childElementCount > linesMax) this.list.firstElementChild?.remove();
    if (isAtEnd) this.list.scrollTop = this.list.scrollHeight;
  }

  private async onSubmit(): Promise<void> {
    const text = this.text.value.trim();
    if (text === '') return;
    try {
      await this.send({ from: this.name.value.trim() || 'guest', text });
      if (this.text.value.trim() === text) this.text.value = '';
      setText(this.problem, '');
    } catch (problem) {
      setText(this.problem, problem instanceof Error ? problem.message : String(problem)); // the text stays, to try again
    }
  }
}
