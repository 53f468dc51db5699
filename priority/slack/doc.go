// Package slack announces incidents in Slack: one message for each, edited as it changes, with its record in the thread.
//
// A [Channel], which [New] makes from a bot token and a channel, is an announcer for an [incident.Desk]. Those who have no app
// with a token use [NewWebhook]; each change is then a message of its own.
//
// # What does it say?
//
// The first line says where the incident stands, what broke, whom that hurts, by when, and why it is P1; it is the notification too.
// Below it stand who owns the incident and what it needs. Instants show in each reader's own zone.
// The thread holds the record, entry by entry, with all reasons and every SLA reached.
//
// # Whom does it call?
//
// Those in [Look.Mentions], when a P1 is opened, reopened, raised or has lost its owner, and nobody else. All names, notes and summaries are shown as text: an asset
// named "<!channel>" or "*x*" calls nobody and is not bold. What does not print is escaped.
//
// # What if Slack says no?
//
// [Channel.Announce] lists it. In short: nothing is lost, because the desk tries again until Slack has taken it or has refused for good;
// and nothing is posted twice where Slack lets that be told. For that the app needs the scope channels:history.
//
// # What if a text is too long?
//
// A block holds 3,000 characters and a message 12,000, where Slack's limits are as high or higher. What is cut ends in "…", between runes,
// and in a link to the rest where [Look.Page] gives one.
//
// # Where do the secrets go?
//
// To the configured host, over https, and nowhere else. Redirects are not followed.
//
// # Compatibility
//
// The module is v0: names may still change, and so may the words of messages.
package slack
