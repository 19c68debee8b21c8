import { execFile } from 'node:child_process'
import { glob } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { UserError } from '@chat-battle/runtime/process/command-line'

const run = promisify(execFile)

/** Kafka 4 needs 17. Cassandra 5.0 installs a Security Manager, which the JDK no longer has from 24 on. */
const oldest = 17
const newest = 23

/** Folders of JDKs that are neither JAVA_HOME nor on PATH: packages, SDKMAN, IDEs, asdf, mise, Homebrew, macOS. */
const usualFolders = [
  '/usr/lib/jvm/*',
  '/usr/java/*',
  '/usr/local/openjdk-*',
  '/opt/{java,jdk,openjdk,temurin,zulu,corretto}*',
  '/opt/java/*',
  '~/.sdkman/candidates/java/*',
  '~/.jdks/*',
  '~/.asdf/installs/java/*',
  '~/.local/share/mise/installs/java/*',
  '/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home',
  '/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home',
  '/home/linuxbrew/.linuxbrew/opt/openjdk*/libexec',
  '/Library/Java/JavaVirtualMachines/*/Contents/Home',
  '~/Library/Java/JavaVirtualMachines/*/Contents/Home',
]

export interface Java {
  home: string
  major: number
}

let found: Promise<Java> | undefined

/** The Java that everything here runs with. Throws a `UserError` that says what to install where none fits. */
function findJava(): Promise<Java> {
  return (found ??= searchJava(process.env))
}

/** JAVA_HOME if it is suitable, else the `java` on PATH, else the oldest suitable one in the usual folders. */
export async function searchJava(
  { JAVA_HOME, PATH }: NodeJS.ProcessEnv,
  folders: readonly string[] = usualFolders,
): Promise<Java> {
  const given = JAVA_HOME ? await inspect(join(JAVA_HOME, 'bin', 'java')) : undefined
  if (fits(given)) return given
  const onPath = await inspect('java', PATH)
  if (fits(onPath)) return onPath
  const homes = await Array.fromAsync(glob(folders.map((folder) => folder.replace(/^~/, homedir()))))
  const installed = await Promise.all(homes.map((home) => inspect(join(home, 'bin', 'java'))))
  const [best] = installed.filter(fits).sort((a, b) => a.major - b.major)
  if (best !== undefined) return best
  const others = [given, onPath, ...installed].flatMap((java) => java?.major ?? [])
  const seen = others.length === 0 ? 'none is installed' : `found only ${[...new Set(others)].join(', ')}`
  throw new UserError(
    `Kafka and Cassandra need a JDK of version ${oldest} to ${newest}, ${seen}: install one (on Debian 12: apt-get install openjdk-17-jdk-headless), or set JAVA_HOME to one`,
  )
}

/** The environment in which Java finds files by names beyond ASCII, and in which Maven runs with the same Java. */
export async function javaEnvironment(): Promise<NodeJS.ProcessEnv> {
  const { home } = await findJava()
  // Elsewhere file names are UTF-8 whatever the locale says.
  return { JAVA_HOME: home, ...(process.platform === 'linux' && { LC_ALL: 'C.UTF-8' }) }
}

/** The path of one of the JDK's commands. */
export async function javaCommand(name: 'java' | 'keytool'): Promise<string> {
  return join((await findJava()).home, 'bin', name)
}

function fits(java: Java | undefined): java is Java {
  return java !== undefined && java.major >= oldest && java.major <= newest
}

/** Runs the command: a folder's name may state another version, and macOS has a `java` on PATH that is only a stub. */
async function inspect(command: string, path = process.env.PATH): Promise<Java | undefined> {
  try {
    const { stderr } = await run(command, ['-XshowSettings:properties', '-version'], {
      env: { ...process.env, PATH: path, JDK_JAVA_OPTIONS: undefined },
    })
    const home = /^ *java\.home = (.*)$/m.exec(stderr)?.[1]?.trim()
    const major = Number(/^ *java\.specification\.version = (?:1\.)?([0-9]+)/m.exec(stderr)?.[1])
    return home === undefined || Number.isNaN(major) ? undefined : { home, major }
  } catch {
    return undefined
  }
}
