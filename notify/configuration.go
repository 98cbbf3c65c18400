package notify

// Configuration comes from the environment.
type Configuration struct {
	// SMTPAddress is host:port; empty means that there is no mail channel.
	SMTPAddress  string `env:"SMTP_ADDRESS"`
	SMTPUsername string `env:"SMTP_USERNAME"`
	SMTPPassword string `env:"SMTP_PASSWORD"`
	MailFrom     string `env:"MAIL_FROM"`
	// PublicURL is where complainants reach the server.
	PublicURL string `env:"BIHUAN_PUBLIC_URL" envDefault:"http://127.0.0.1:8080"`
	// TrackingSecret is the hex key that the secrets of tracking links are made with.
	TrackingSecret string `env:"BIHUAN_TRACKING_SECRET,required,notEmpty"`
}
