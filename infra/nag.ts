// cdk-nag's AwsSolutions rules, with the only wildcards that a policy of ours may hold, each with its reason. Every other finding
// is acknowledged where it arises, or fails synthesis.
import { AwsSolutionsChecks, type IApplyRule } from 'cdk-nag'
import { dropPrefix, mediaPrefix, plansPrefix, uploadsPrefix } from '#domain/keys.ts'

export interface WideResource {
  /** Of an ARN's text, references included. */
  matches: RegExp
  reason: string
}

const below = (prefix: string, reason: string): WideResource => ({
  matches: new RegExp(`/${prefix}\\*$`),
  reason,
})
const madeLater = 'their keys are ids made at run time.'

/** What a policy may name that is wider than one thing. Actions have no wildcard at all. */
export const wideResources: readonly WideResource[] = [
  below(uploadsPrefix, `The sources below one prefix: ${madeLater}`),
  below(plansPrefix, `The plans below one prefix: ${madeLater}`),
  below(mediaPrefix, `The media below one prefix: ${madeLater}`),
  below(dropPrefix, 'The drop folder: operators name its files.'),
  {
    matches: /PortalBucket\w*\.Arn>\/\*$/,
    reason: "The portal's own bucket: a build names its files.",
  },
  {
    matches: /:mediaconvert:[^/]+:jobs\/\*$/,
    reason: 'Jobs of MediaConvert get their ids when they are made.',
  },
  {
    matches: /:task\/[^/]+\/\*$/,
    reason: 'A transcoder protects itself from scale-in: its task has no name before it runs.',
  },
  {
    matches: /Reaper\w*\.Arn>:\*$/,
    reason: 'The scheduler may call any version of the one function it is for.',
  },
]

export class Checks extends AwsSolutionsChecks {
  protected override applyRule(params: IApplyRule): void {
    super.applyRule({
      ...params,
      // The pack names a rule by its function when nothing else does.
      ruleSuffixOverride: params.ruleSuffixOverride ?? params.rule.name,
      rule: node => {
        const result = params.rule(node)
        if (!Array.isArray(result)) return result
        return result.filter(finding => !isWide(finding))
      },
    })
  }
}

const isWide = (finding: string) =>
  finding.startsWith('Resource::') && wideResources.some(({ matches }) => matches.test(finding))
