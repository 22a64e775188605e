/**
 * Is a topic the name of a folder of its own? A group may be called anything, and its retry topic bears its name: one with a
 * slash in it would be a path, out of the store and to wherever it likes.
 */
export function isFolderName(topic: string): boolean {
  return topic !== '' && topic !== '.' && topic !== '..' && !topic.includes('/') && !topic.includes('\0');
}
