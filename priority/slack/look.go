package slack

import (
	"fmt"
	"net/url"
	"regexp"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/wording"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// Look says how messages are written. The zero Look mentions nobody and links to nothing.
type Look struct {
	// Mentions lists who is called when a P1 is opened, reopened or raised, or has lost its owner: "here", "channel" or "everyone", the ID of a user group
	// ("S0123456789"), the ID of a user ("U0123456789"); at most 20. Nothing else in a message ever mentions anybody,
	// and of an incident that is over when it is first announced nobody is called.
	// Empty: nobody is. What names nobody is shown in the message, which is posted all the same; see Validate.
	Mentions []string

	// Page returns the address of an incident's page, such as that of a status page. It is called with no lock held, and must answer at once.
	// Nil, or an answer that is no http or https URL: there is no link, and what is cut from a long text is not to be had from the message.
	Page func(incident.Incident) string `json:"-"`

	// Location is where instants are shown that Slack does not show in each reader's own zone: in notifications.
	// Nil: each in its own location.
	Location *time.Location `json:"-"`
}

const mostMentions = 20

// PageUnder returns a function for Look.Page: the incident's ID, escaped, behind a base URL.
func PageUnder(base string) func(incident.Incident) string {
	return func(i incident.Incident) string { return base + url.PathEscape(i.ID) }
}

var (
	groupForm = regexp.MustCompile(`^S[A-Z0-9]{1,31}$`)
	userForm  = regexp.MustCompile(`^[UW][A-Z0-9]{1,31}$`)
)

// mention returns the markup that mentions somebody.
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

// faults says what is wrong with a Look.
func (l Look) faults() (list []error) {
	if len(l.Mentions) > mostMentions {
		list = append(list, fmt.Errorf("slack: Mentions: %d of them: at most %d", len(l.Mentions), mostMentions))
	}
	for n, who := range l.Mentions {
		if _, ok := mention(who); !ok {
			list = append(list, fmt.Errorf("slack: Mentions[%d]: %q is none of here, channel and everyone, and neither the ID of a user group (S…) nor of a user (U…, W…)", n, who))
		}
	}
	return list
}

// page returns the incident's link, or empty.
func (l Look) page(i incident.Incident) (address string) {
	if l.Page == nil {
		return ""
	}
	defer func() {
		if recover() != nil {
			address = "" // a message without a link is better than none
		}
	}()
	return link(l.Page(i))
}

func short(s string) string {
	s, _ = wording.Cut(s, 60, wording.Rune)
	return s
}
