// A certificate for this machine's loopback, made once: the rehearsal speaks TLS, so that nothing of it must be switched off.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

export const folder = join(import.meta.dirname, '..', '..', '.millrace', 'rehearsal')
export const certificate = join(folder, 'certificate.pem')
export const key = join(folder, 'key.pem')

function make(): void {
  mkdirSync(folder, { recursive: true })
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '3650',
        '-subj',
        '/CN=localhost',
      ],
      ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      // Some clients refuse an authority's certificate as a server's.
      ...['-addext', 'basicConstraints=critical,CA:FALSE'],
      ...['-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  )
}

if (import.meta.main) {
  try {
    if (!existsSync(certificate) || !existsSync(key)) make()
  } catch (thrown) {
    process.stderr.write(`The rehearsal needs openssl to make a certificate (${String(thrown)}).\n`)
    process.exitCode = 1
  }
}
