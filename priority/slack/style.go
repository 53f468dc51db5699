package slack

import (
	"fmt"
	"regexp"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A MessageStyle is how messages are written. The zero MessageStyle mentions no one and links to
// nothing.
type MessageStyle struct {
	// Mentions lists who is mentioned when a P1 is opened, reopened or raised, or loses its owner:
	// "here", "channel" or "everyone", the ID of a user group ("S0123456789"), or the ID of a user
	// ("U0123456789"); at most 20. Nothing else in a message ever mentions anybody, and neither
	// does an incident that is over when it is first announced. Empty: no mentions. An entry that
	// is none of these is shown in the message, which is posted all the same; see Validate.
	Mentions []string

	// IncidentURL returns the address of an incident's page, such as that of a status page;
	// incident.URLUnder makes one. It is called with no lock held, and must not block. If it is
	// nil, or its result is no http or https URL, there is no link, and what is cut from a long
	// text cannot be reached from the message.
	IncidentURL func(incident.Incident) string `json:"-"`

	// Location is where instants are shown that Slack does not convert to each reader's own zone:
	// in notifications. Nil: each in its own location.
	Location *time.Location `json:"-"`
}

const mostMentions = 20

var (
	groupForm = regexp.MustCompile(`^S[A-Z0-9]{1,31}$`)
	userForm  = regexp.MustCompile(`^[UW][A-Z0-9]{1,31}$`)
)

// mention returns the markup of an entry of Mentions, and false if it is none.
func mention(who string) (markup string, ok bool) {
	switch {
	case who == "here" || who == "channel" || who == "everyone":
		return "<!" + who + ">", true
	case groupForm.MatchString(who):
		return "<!subteam^" + who + ">", true
	case userForm.MatchString(who):
		return "<@" + who + ">", true
	}
	return "", false
}

// faults returns what is wrong with a MessageStyle.
func (l MessageStyle) faults() (list []error) {
	if len(l.Mentions) > mostMentions {
		list = append(list,
			fmt.Errorf("slack: Mentions: %d of them: at most %d", len(l.Mentions), mostMentions))
	}
	for n, who := range l.Mentions {
		if _, ok := mention(who); !ok {
			list = append(list, fmt.Errorf("slack: Mentions[%d]: %s is none of here, channel and everyone, "+
				"and neither the ID of a user group (S…) nor of a user (U…, W…)", n, plain.Quote(who)))
		}
	}
	return list
}

// page returns the incident's link, or empty. A message without a link is better than none: a panic
// of the caller's function costs the link and not the message.
func (l MessageStyle) page(i incident.Incident) (address string) {
	if l.IncidentURL == nil {
		return ""
	}
	err := fault.Contain("IncidentURL", func() error {
		address = link(l.IncidentURL(i))
		return nil
	})
	if err != nil {
		return ""
	}
	return address
}
