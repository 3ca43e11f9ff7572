// The estimate's stage is the stacks' own prod stage.
import { expect, it } from 'vitest'
import { readConfig } from '../../../infra/config.ts'
import { stage } from '../../../tools/cost/stage.ts'
import { read } from '../../support/sources.ts'

type ConfigNode = Parameters<typeof readConfig>[0]

it('is what prod is deployed as', () => {
  const config = readConfig({ getAllContext: () => ({ stage: 'prod' }) } as ConfigNode)
  expect(stage.transcoderCpus).toBe(config.transcoderCpus)
  expect(stage.maxTranscoders).toBe(config.maxTranscoders)
  expect(stage.fastLaneMegabytes).toBe(config.fastLane?.memoryMegabytes)
})

it.each([
  [
    'transcoder-service.ts',
    'megabytesPerCpu',
    (stage.transcoderGigabytes / stage.transcoderCpus) * 1024,
  ],
  ['transcoder-service.ts', 'scratchGigabytes', stage.scratchGigabytes],
])('takes what infra/constructs/%s says of %s', (file, name, value) => {
  const found = new RegExp(`const ${name} = ([\\d_]+)`).exec(read(`infra/constructs/${file}`))
  expect(Number(found?.[1]?.replaceAll('_', ''))).toBe(value)
})
