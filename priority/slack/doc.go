// Package slack announces incidents in Slack: one message for each incident, which is edited as the
// incident changes, with its record in the thread.
//
// A [Channel], which [New] makes from a bot token and a channel, is an announcer for an
// [incident.Desk]. Without a Slack app and its token, use [NewWebhook]: each change is then a
// message of its own.
//
// # What does a message show?
//
// The first line is where the incident stands, what broke, which SLA that endangers, by when it is
// due, and why it is P1. It is also the notification. Below it are the owner of the incident and
// what the incident needs. Instants show in each reader's own zone. The thread holds the record,
// entry by entry, with all reasons and every SLA reached.
//
// # Who is mentioned?
//
// Those in [MessageStyle].Mentions, when a P1 is opened, reopened or raised, or loses its owner.
// All names, notes and summaries are shown as plain text: an asset named "<!channel>" or "*x*"
// mentions no one and is not bold. What does not print is escaped.
//
// # What if Slack refuses?
//
// [Channel.Announce] lists the cases. In short: nothing is lost, because the desk tries again until
// Slack has accepted a message or has refused it permanently. Nothing is posted twice if the app
// has the scope channels:history, with which an earlier post can be found.
//
// # What if a text is too long?
//
// A block holds 3,000 characters and a message 12,000; Slack's limits are at least as high. What is
// cut ends in "…", between runes, and in a link to the rest if [MessageStyle].IncidentURL returns
// one.
//
// # Where are secrets sent?
//
// To the configured host, over https, and nowhere else. Redirects are not followed.
//
// # How is it tested?
//
// Package slacktest is a Slack workspace in memory, for the tests of those who use this package
// too.
//
// # Compatibility
//
// The module is v0: names may still change, and so may the words of messages.
package slack
