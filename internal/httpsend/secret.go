package httpsend

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// mask stands where a secret stood.
const mask = "[secret]"

// excerpt bounds what an error quotes of an answer, in bytes.
const excerpt = 200

// OfURL lists the parts of a URL that an error must not show: all of it, its path and query, and what in those could be a key.
func OfURL(target string) []string {
	list := []string{target}
	u, err := url.Parse(target)
	if err != nil {
		return list
	}
	list = append(list, strings.TrimPrefix(target, u.Scheme+"://"))
	if u.User != nil {
		list = append(list, u.User.String())
	}
	pieces := []string{u.RequestURI(), u.EscapedPath(), u.Path, u.RawQuery, u.Fragment}
	for _, values := range u.Query() {
		pieces = append(pieces, values...)
	}
	pieces = append(pieces, strings.Split(u.Path, "/")...)
	for _, piece := range pieces {
		if len(piece) >= 6 { // shorter ones are words, such as "v2"
			list = append(list, piece)
		}
	}
	return list
}

// clean takes the secrets out of a text, also where it is quoted or escaped.
func (s Sender) clean(text string) string {
	for _, secret := range s.Secrets {
		quoted := strconv.Quote(secret)
		for _, form := range []string{secret, quoted[1 : len(quoted)-1], url.QueryEscape(secret), url.PathEscape(secret)} {
			if form != "" {
				text = strings.ReplaceAll(text, form, mask)
			}
		}
	}
	return text
}

// Quote returns what somebody else wrote, fit for an error: without secrets, short, and in quotes.
func (s Sender) Quote(text string) string {
	text = s.clean(text)
	if len(text) <= excerpt {
		return strconv.Quote(text)
	}
	end := excerpt
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strconv.Quote(text[:end] + "…")
}
