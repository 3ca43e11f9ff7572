// The transcoder's image: one that is given by name, or built from transcoder/Dockerfile when a stack is deployed. Synthesis
// needs no Docker: it only takes along the files that the image is made of, as far as they are there.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validations } from 'aws-cdk-lib'
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets'
import { ContainerImage } from 'aws-cdk-lib/aws-ecs'
import type { Construct } from 'constructs'
import { root } from './room-function.ts'

const file = 'transcoder/Dockerfile'
/** All that it copies: with anything else, another commit would be another image of the same transcoder. */
const copied = ['.millrace/image/transcoder.mjs', '.millrace/layer/arm64']

export function transcoderImage(scope: Construct, given: string | null): ContainerImage {
  if (given) return ContainerImage.fromRegistry(given)
  const directory = mkdtempSync(join(tmpdir(), 'millrace-image-'))
  try {
    for (const path of [file, ...copied]) {
      if (existsSync(join(root, path))) {
        cpSync(join(root, path), join(directory, path), { recursive: true })
      }
    }
    const platform = Platform.LINUX_ARM64
    const asset = new DockerImageAsset(scope, 'Image', { directory, file, platform })
    warnOfMissing(asset)
    return ContainerImage.fromDockerImageAsset(asset)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function warnOfMissing(asset: DockerImageAsset): void {
  const missing = copied.filter(path => !existsSync(join(root, path)))
  if (missing.length === 0) return
  Validations.of(asset).addWarning(
    'Millrace-ImageIncomplete',
    `The transcoder's image lacks ${missing.join(' and ')}: run "npm run layer -- --arch arm64" and "npm run bundle" before you deploy, or name an image with -c image=…`,
  )
}
