import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { searchJava } from './java.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'java-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** A JDK that says its version as the real one does; gives its home. */
async function install(name: string, version: string): Promise<string> {
  const home = join(dir, name)
  await mkdir(join(home, 'bin'), { recursive: true })
  const command = join(home, 'bin', 'java')
  const lines = [`java.home = ${home}`, `java.specification.version = ${version}`]
  await writeFile(command, `#!/bin/sh\n${lines.map((line) => `echo "    ${line}" >&2\n`).join('')}`)
  await chmod(command, 0o755)
  return home
}

const onPath = (home: string) => join(home, 'bin')

test.each(['17', '21', '23'])('takes JAVA_HOME of version %s', async (version) => {
  const home = await install('jdk', version)
  const other = await install('other', '17')
  const java = await searchJava({ JAVA_HOME: home, PATH: onPath(other) }, [])
  expect(java).toEqual({ home, major: Number(version) })
})

test.each(['1.8', '11', '16', '24', '25'])('passes over a JAVA_HOME of version %s', async (version) => {
  const home = await install('jdk', version)
  const fitting = await install('other', '21')
  expect(await searchJava({ JAVA_HOME: home, PATH: onPath(fitting) }, [])).toEqual({
    home: fitting,
    major: 21,
  })
})

test('takes the oldest suitable JDK in the usual folders if none is given', async () => {
  const given = await install('given', '25')
  await install('jdks/a', '11')
  await install('jdks/b', '21')
  const best = await install('jdks/c', '17')
  await mkdir(join(dir, 'jdks', 'empty'))
  const java = await searchJava({ JAVA_HOME: '', PATH: onPath(given) }, [join(dir, 'jdks', '*')])
  expect(java).toEqual({ home: best, major: 17 })
})

test('reports what to install if no JDK is suitable', async () => {
  const given = await install('given', '25')
  await expect(searchJava({ JAVA_HOME: given, PATH: '' }, [])).rejects.toThrow(
    /need a JDK of version 17 to 23, found only 25: install one/,
  )
  await expect(searchJava({ PATH: '' }, [])).rejects.toThrow('none is installed')
})
