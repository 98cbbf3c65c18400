package stack

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"time"
)

// webUI serves Temporal's Web UI from behind. The development server tells it of a codec endpoint, and cannot tell it
// to ask there as the person who is logged in: that is added on the way.
func webUI(address, behind string) (*http.Server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: behind})
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Accept-Encoding") // so that the settings come as text
		},
		ModifyResponse: withCredentials,
		ErrorLog:       log.New(io.Discard, "", 0), // Temporal being started again is said elsewhere
	}}
	go func() { _ = server.Serve(listener) }() // ends when it is closed
	return server, nil
}

// withCredentials lets the settings say that the browser's session at the codec endpoint goes along.
func withCredentials(r *http.Response) error {
	if r.Request.URL.Path != "/api/v1/settings" || r.StatusCode != http.StatusOK {
		return nil
	}
	var settings map[string]any
	if err := json.NewDecoder(r.Body).Decode(&settings); err != nil {
		return err
	}
	if codec, ok := settings["Codec"].(map[string]any); ok {
		codec["IncludeCredentials"] = true
	}
	body, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	_ = r.Body.Close()
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}
