import { writeFile } from 'node:fs/promises'
import type { Scene } from './scene.ts'

const intro = `# Gallery

States of the page at 390, 820, 1440 and 2560 px, dark above light. \`pnpm docs:gallery\` makes the sheets on the
running system with simulated chat; \`pnpm docs:gallery --grep live\` makes those whose name has \`live\` in it.
`

/** Writes the list of the sheets that are there, and names the scenes that have none. */
export async function writeTable(
  scenes: readonly Scene[],
  missing: readonly Scene[],
  file: string,
): Promise<void> {
  const rows = [
    ['state', 'sheet', 'how it is brought about'],
    ...scenes.map(({ name, title, how }) => [title, `[sheet](${name}.webp)`, how]),
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const [head = [], ...body] = rows
  const left = missing.map(({ title }) => `- ${title}`).join('\n')
  const rest = missing.length === 0 ? '' : `\n## Without a sheet yet\n\n${left}\n`
  await writeFile(file, `${intro}\n${[line(head), rule, ...body.map(line)].join('\n')}\n${rest}`)
}
