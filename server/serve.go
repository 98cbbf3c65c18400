package main

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"bihuan/notify"
	"bihuan/postgres"
	"bihuan/server/api"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/server/web"
	"bihuan/settings"
	"bihuan/temporal"
	"bihuan/temporal/encryption"
	"bihuan/words"
)

// serve is the command that answers requests.
type serve struct {
	Listen           string        `env:"BIHUAN_LISTEN" default:"127.0.0.1:8080" help:"Address to listen on."`
	PublicURL        string        `env:"BIHUAN_PUBLIC_URL" default:"http://127.0.0.1:8080" help:"Where complainants reach the server."`
	TrackingSecret   string        `env:"BIHUAN_TRACKING_SECRET" required:"" help:"Hex key that the secrets of tracking links are made with."`
	Settings         string        `env:"BIHUAN_SETTINGS" help:"Settings that the versions in the database begin with; the default ones without."`
	SettingsCache    string        `env:"BIHUAN_SETTINGS_CACHE" help:"File that keeps the settings in force for a start without the database; none without."`
	TrustedProxies   []string      `env:"BIHUAN_TRUSTED_PROXIES" help:"Networks (CIDR) of reverse proxies whose X-Forwarded-For is believed; none without."`
	Wait             time.Duration `env:"BIHUAN_COMMAND_WAIT" default:"3s" help:"How long a command waits for its outcome before it is answered with 202."`
	TemporalUIOrigin string        `env:"BIHUAN_TEMPORAL_UI_ORIGIN" help:"Origin of the Temporal Web UI, whose page may have payloads opened; none without."`
	BodyLimit        int64         `env:"BIHUAN_BODY_LIMIT" default:"65536" help:"Largest request body in bytes."`
	PublicPerMinute  int           `env:"BIHUAN_PUBLIC_PER_MINUTE" default:"30" help:"Requests a minute that the holder of a link, or one address without any, may send to change something without a token."`

	ExportKey string `env:"BIHUAN_EXPORT_PUBLIC_KEY" help:"Public half, in hex, of the key that exports are signed with, to be published; none without."`

	Login loginSetup `embed:""`
}

const (
	refreshStaff    = 3 * time.Second
	refreshSettings = 2 * time.Second
	shutdownTime    = 15 * time.Second
)

// Run wires everything and serves until the context ends.
func (s *serve) Run(ctx context.Context, db *postgres.DB, logger *slog.Logger) error {
	procedure, err := settings.Open(ctx, settings.Source{File: s.Settings, Cache: s.SettingsCache, Store: db, Seeds: true, Words: words.CheckNotices, Log: logger})
	if err != nil {
		return err
	}
	go procedure.Keep(ctx, refreshSettings)
	atStart := procedure.Version().Settings // how people log in is read once
	tracking, err := notify.NewTracking(notify.Configuration{PublicURL: s.PublicURL, TrackingSecret: s.TrackingSecret})
	if err != nil {
		return err
	}
	addresses, err := s.addresses()
	if err != nil {
		return err
	}
	exportKey, err := s.exportKey()
	if err != nil {
		return err
	}
	client, err := temporal.Connect(logger)
	if err != nil {
		return err
	}
	defer client.Close()
	if ctx, err = haveKeys(ctx, client, logger); err != nil {
		return err
	}
	go sayWhoHoldsTheRecord(ctx, db, logger)
	staff := directory(db, atStart.Login)
	go staff.Keep(ctx, refreshStaff, func(err error) { logger.Warn("staff not refreshed", "cause", err) })
	logins, err := s.Login.service(ctx, db, staff, s, atStart, logger)
	if err != nil {
		return err
	}
	handler, err := web.New(ctx, web.Options{
		Desk: desk.Options{
			Engine: client, Reader: db, Polls: db, Readings: db, Settings: procedure, Tracking: tracking, Now: time.Now, Wait: s.Wait,
		},
		Gate: gate.Options{
			Staff: staff, Login: logins, Log: logger, BodyLimit: s.BodyLimit, PublicPerMinute: s.PublicPerMinute, IPExtractor: addresses,
		},
		API: api.Options{People: db, Access: db, ExportKey: exportKey}, Figures: db,
	})
	if err != nil {
		return err
	}
	s.openPayloads(handler, client, db, staff, logins, logger)
	if err := gate.Declared(ctx, handler); err != nil {
		return err
	}
	return listen(ctx, s.Listen, handler, logger)
}

// exportKey reads the key to be published; nil when there is none.
func (s *serve) exportKey() (ed25519.PublicKey, error) {
	key, err := hex.DecodeString(s.ExportKey)
	if err != nil || len(key) != 0 && len(key) != ed25519.PublicKeySize {
		return nil, errors.New("BIHUAN_EXPORT_PUBLIC_KEY: want 64 hex digits, as bihuan-audit keygen prints")
	}
	return key, nil
}

// addresses says whose word about a caller's address is believed: nobody's, unless proxies are named.
func (s *serve) addresses() (echo.IPExtractor, error) {
	if len(s.TrustedProxies) == 0 {
		return echo.ExtractIPDirect(), nil
	}
	trusted := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, cidr := range s.TrustedProxies {
		_, network, err := net.ParseCIDR(cidr)
		if err != nil {
			return nil, fmt.Errorf("BIHUAN_TRUSTED_PROXIES: %w", err)
		}
		trusted = append(trusted, echo.TrustIPRange(network))
	}
	return echo.ExtractIPFromXFFHeader(trusted...), nil
}

// listen serves until the context ends, then lets what is under way finish.
func listen(ctx context.Context, address string, handler http.Handler, logger *slog.Logger) error {
	server := &http.Server{
		Addr: address, Handler: handler, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	logger.Info("server is listening", "address", address)
	select {
	case err := <-failed:
		return fmt.Errorf("listen on %s (BIHUAN_LISTEN): %w", address, err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := server.Shutdown(ending); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("shutdown: %w", err)
	}
	if key := (*encryption.KeyError)(nil); errors.As(context.Cause(ctx), &key) {
		return key
	}
	return nil
}
