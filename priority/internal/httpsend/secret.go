package httpsend

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// mask stands in place of a secret.
const mask = "[secret]"

// excerpt bounds what an error quotes of an answer, in bytes.
const excerpt = 200

// OfURL returns the parts of a URL that an error must not show: all of it, its path and query, and
// the pieces of these that could be a key.
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

// clean masks the secrets in a text, also where they are quoted or escaped.
func (s Sender) clean(text string) string {
	for _, secret := range s.Secrets {
		quoted := strconv.Quote(secret)
		forms := []string{secret, quoted[1 : len(quoted)-1], url.QueryEscape(secret), url.PathEscape(secret)}
		for _, form := range forms {
			if form != "" {
				text = strings.ReplaceAll(text, form, mask)
			}
		}
	}
	return text
}

// quote returns foreign text for an error: without secrets, short, and in quotes. Secrets are
// masked before the text is cut, since half a secret would not be found.
func (s Sender) quote(text string) string {
	return strconv.Quote(plain.Cut(s.clean(text), excerpt))
}
