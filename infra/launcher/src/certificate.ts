import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { javaCommand } from './java.ts'

const run = promisify(execFile)

/** A key and its certificate, and where a server and its clients find them. */
export interface Certificate {
  /** The one name, or address, that the certificate is for. */
  host: string
  /** PKCS12, for the server. */
  keyStore: string
  password: string
  /** PEM, for clients: the certificate is signed by itself, so it vouches for itself. */
  caFile: string
}

/** Makes a throwaway certificate in `dir`, by the JDK's keytool. */
export async function createCertificate(dir: string, host: string): Promise<Certificate> {
  await mkdir(dir, { recursive: true })
  const certificate = {
    host,
    keyStore: join(dir, 'key-store.p12'),
    password: 'throwaway',
    caFile: join(dir, 'ca.pem'),
  }
  const store = [
    '-keystore',
    certificate.keyStore,
    '-storetype',
    'PKCS12',
    '-storepass',
    certificate.password,
  ]
  const names = `san=${isIP(host) === 0 ? 'dns' : 'ip'}:${host}`
  const key = ['-alias', 'server', '-keyalg', 'EC', '-dname', 'CN=throwaway', '-ext', names, '-validity', '2']
  const keytool = await javaCommand('keytool')
  await run(keytool, ['-genkeypair', ...store, ...key])
  await run(keytool, ['-exportcert', '-rfc', '-alias', 'server', '-file', certificate.caFile, ...store])
  return certificate
}
