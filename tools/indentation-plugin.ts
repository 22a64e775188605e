import type {Plugin} from 'vite';

/**
 * Takes the indentation, and comments that stand alone in a line, out of the page's own files when it is built: minifiers leave what is inside template literals alone, and
 * the page's markup and style sheets are all in such. Lines stay where they are, so that source maps keep naming the right ones.
 * No text of the page is told by its indentation. Of style sheets the blanks go too, which nothing there is told by; the ends of their lines come after them.
 * @param folder of the files that are meant
 */
export function indentationPlugin(folder: string): Plugin {
  return {
    name: 'rocketmq-lab-indentation',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      return id.startsWith(folder) && id.endsWith('.ts')
        ? {
            code: code
              .replaceAll(/\n +/g, '\n')
              .replaceAll(/\n\/\* .* \*\/(?=\n)/g, '\n')
              .replaceAll(/\bcss`[^`]*`/g, squeezed),
            map: null,
          }
        : null;
    },
  };
}

function squeezed(sheet: string): string {
  const short = sheet
    .replaceAll('\n', ' ')
    .replaceAll(/ *([{};]) */g, '$1')
    .replaceAll(/([:,]) +/g, '$1')
    .replaceAll(';}', '}');
  return short + '\n'.repeat(sheet.split('\n').length - 1);
}
