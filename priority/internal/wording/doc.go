// Package wording puts an incident and the entries of its record into words, for people on call who
// read one line.
//
// Slack, PagerDuty and webhooks share it, so that one incident reads the same in every channel.
// Names, summaries and reasons are shown on one line and cut, because they may come from anywhere.
package wording
