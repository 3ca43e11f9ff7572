// The metrics rooms write into their logs (CloudWatch's embedded metric format) and alarms read. Names only.

export const metricNamespace = 'Millrace'

export const metricNames = {
  /** Uploads begun. */
  uploadsBegun: 'UploadsBegun',
  /** Tasks that the reaper has sent again: their worker or their message was lost. */
  tasksResent: 'TasksResent',
  /** How long the most overdue record has been due, in seconds. */
  overdueSeconds: 'OverdueSeconds',
  /** What the reaper could not do and left for the next time. */
  reapFailures: 'ReapFailures',
  /** Videos that failed because their work ended in a dead-letter queue. */
  videosBuried: 'VideosBuried',
} as const

export type MetricName = (typeof metricNames)[keyof typeof metricNames]
