// The transcoder's image: one that is given by name, or built from transcoder/Dockerfile when a stack is deployed. Synthesis
// needs no Docker: it only reads the files that the image is made of.
import { IgnoreMode } from 'aws-cdk-lib'
import { Platform } from 'aws-cdk-lib/aws-ecr-assets'
import { ContainerImage } from 'aws-cdk-lib/aws-ecs'
import { root } from './room-function.ts'

/** All that the Dockerfile copies: anything else would make a new image of the same transcoder. */
const context = ['transcoder', 'platform', 'domain', 'layers', 'package.json', 'package-lock.json']

export function transcoderImage(given: string | null): ContainerImage {
  if (given) return ContainerImage.fromRegistry(given)
  return ContainerImage.fromAsset(root, {
    file: 'transcoder/Dockerfile',
    platform: Platform.LINUX_ARM64,
    ignoreMode: IgnoreMode.DOCKER,
    exclude: ['*', ...context.map(path => `!${path}`)],
  })
}
