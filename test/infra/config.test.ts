// Options of a stage: defaults, and one sentence for whatever is wrong.
import { App } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { logLevels as readLevels } from '#platform/log.ts'
import { logLevels, readConfig } from '../../infra/config.ts'
import { needed } from './templates.ts'

const config = (context: Record<string, unknown>) => readConfig(new App({ context }).node)
const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/1'

describe('defaults', () => {
  it('are those of dev, which a fresh account can take', () => {
    expect(config({})).toMatchObject({
      stage: 'dev',
      domain: null,
      keepSource: 'untilReady',
      copyLane: 'on',
      quotaGigabytes: null,
      quotaMinutes: null,
      mp4MaxGigabytes: 8,
      readFirstMegabytes: 100,
      logLevel: 'info',
      maxTranscoders: 1,
      transcoderCpus: 4,
      fastLane: { memoryMegabytes: 3008, maxConcurrency: 2 },
      streamConcurrency: null,
    })
  })

  it('leave nothing out but in a rehearsal', () => {
    expect([...config({ stage: 'prod' }).without]).toEqual([])
    expect(config({ stage: 'rehearsal', ...needed.rehearsal }).without.size).toBeGreaterThan(0)
  })
})

describe('options', () => {
  it('of the log are the levels that are read', () => {
    expect(logLevels).toEqual(readLevels)
  })

  it('are read from the command line, where everything is text', () => {
    const given = {
      ...{ maxTranscoders: '25', fastLane: 'off', keepSource: '30', copyLane: 'off' },
      ...{ quotaGigabytes: '5', quotaMinutes: '0' },
      throttleRate: '7',
    }
    expect(config({ stage: 'prod', ...given })).toMatchObject({
      maxTranscoders: 25,
      fastLane: null,
      keepSource: 30,
      copyLane: 'off',
      quotaGigabytes: 5,
      quotaMinutes: 0,
      throttle: { ratePerSecond: 7, burst: 1000 },
    })
    const domain = { domain: 'video.example.com', certificate }
    expect(config(domain).domain).toEqual({ name: domain.domain, certificateArn: certificate })
  })

  it.each([
    [{ stage: 'production' }, 'Set stage to one of dev, prod, rehearsal, not "production".'],
    [{ maxTranscoder: '3' }, /^There is no option "maxTranscoder": the options are stage, /],
    [{ maxTranscoders: 'many' }, 'Set maxTranscoders to a whole number of at least 1, not "many".'],
    [{ transcoderCpus: '3' }, 'Set transcoderCpus to one of 1, 2, 4, 8, 16, not "3".'],
    [{ domain: 'a.example' }, /^The domain a\.example needs its certificate: /],
    [{ certificate }, 'A certificate needs its domain: -c domain=video.example.com'],
    [
      { domain: 'a.example', certificate: 'arn:aws:acm:eu-west-1:123456789012:certificate/1' },
      /^Set certificate to an ARN that begins with arn:aws:acm:us-east-1:/,
    ],
    [{ webAcl: 'mine' }, /^Set webAcl to an ARN that begins with arn:aws:wafv2:us-east-1:/],
    [{ monthlyBudget: '50' }, /^A budget needs an address to tell/],
    [{ mp4MaxGigabytes: '-1' }, 'Set mp4MaxGigabytes to a whole number of at least 0, not "-1".'],
    [
      { readFirstMegabytes: '1.5' },
      'Set readFirstMegabytes to a whole number of at least 0, not "1.5".',
    ],
    [{ logLevel: 'loud' }, 'Set logLevel to one of debug, info, warn, error, not "loud".'],
    [{ quotaGigabytes: '0.5' }, 'Set quotaGigabytes to a whole number of at least 0, not "0.5".'],
    [{ copyLane: 'yes' }, 'Set copyLane to one of on, off, not "yes".'],
    [{ keepSource: '0' }, 'Set keepSource to a whole number of at least 1, not "0".'],
    [{ stage: 'rehearsal' }, /"npm run rehearse"/],
    [{ emulator: 'https://localhost:1' }, /^The stage dev is for AWS itself/],
    [{ playbackSecret: 'x' }, /makes its own playback secret/],
  ])('%j is refused in one sentence', (context, sentence) => {
    expect(() => config(context)).toThrow(sentence)
  })
})
