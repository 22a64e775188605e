import type {ExtFields, RemotingCommand} from '../remoting/command.ts';
import {javaInt, javaLong, missingField, missingName} from './java-text.ts';

/** The header of an administration request, read by field; what 4.9.1 would trip over, it trips over. */
export class AdminFields {
  readonly #fields: ExtFields;
  readonly #header: string;
  readonly #at: string;

  /**
   * @param header Java's class of the header
   * @param at method and line that unbox the fields, as a stack frame shows them
   */
  constructor(request: RemotingCommand, header: string, at: string) {
    this.#fields = request.extFields ?? {};
    this.#header = header;
    const [method, line] = at.split(':');
    this.#at = `AdminBrokerProcessor.${method}(AdminBrokerProcessor.java:${line})`;
  }

  /** A missing text is `null`, also when it is put into a remark. */
  text(name: string): string {
    return this.#fields[name] ?? 'null';
  }

  /** A text that 4.9.1 looks up in a table which takes no null. Asked for after the numbers, which it unboxes first. */
  key(name: string): string {
    return this.#fields[name] ?? missingName();
  }

  optional(name: string): string | undefined {
    return this.#fields[name];
  }

  int(name: string): number {
    const value = javaInt(this.#fields[name]);
    if (value === null) missingField(this.#header, name, 'Integer', this.#at);
    return value;
  }

  long(name: string): number {
    const value = javaLong(this.#fields[name]);
    if (value === null) missingField(this.#header, name, 'Long', this.#at);
    return value;
  }
}
