import { expect, test } from 'vitest'
import { Downloads } from './maven-downloads.ts'

test('adds up the jars that Maven downloads, in its units', () => {
  const downloads = new Downloads()
  for (const line of [
    'Downloading from central: https://repo.example/a/a.jar',
    'Downloaded from central: https://repo.example/a/a.jar (1.5 MB at 3.4 MB/s)',
    '[INFO] Downloaded from mirror: https://repo.example/b/b.jar (500 kB at 90 kB/s)',
    'Downloaded from central: https://repo.example/c/c.jar (812 B at 20 kB/s)',
    'Downloaded from central: https://repo.example/a/a.pom (3.2 MB at 20 kB/s)',
  ])
    downloads.read(line)
  expect(downloads.hasNew()).toBe(true)
  expect(String(downloads)).toBe('3 jars, 2.0 MB')
  expect(downloads.hasNew()).toBe(false)
})
