# A service that is up when the apply ends: the start waits for its health check.
resource "containers_docker_container" "web" {
  name  = "example-web"
  image = "nginx:1.27"

  ports = {
    "80/tcp" = ["8080", "[::1]:8081"]
  }

  env = { TZ = "UTC" }

  networks = {
    (containers_docker_network.backend.name) = { aliases = ["web"] }
  }

  mounts = {
    "/var/cache/nginx" = { type = "volume", source = containers_docker_volume.cache.name }
    "/run"             = { type = "tmpfs", tmpfs_options = { size = "16m" } }
  }

  uploads = {
    "/etc/nginx/conf.d/default.conf" = {
      content = "server { listen 80; location / { return 200 'ok'; } }"
    }
  }

  healthcheck = {
    test     = ["CMD", "curl", "--fail", "--silent", "http://localhost/"]
    interval = "2s"
    retries  = 3
  }

  wait    = { healthy = true }
  restart = "unless-stopped"
  memory  = "128m"
  cpus    = 0.5
}

# A job that runs once, and again when its command or its input changes. An exit code that is not listed fails the apply.
resource "containers_docker_container" "migrate" {
  name_prefix = "example-migrate-"
  image       = "postgres:17"
  command     = ["psql", "--file", "/schema.sql"]
  state       = "completed"

  env = { PGHOST = "db" }

  uploads = {
    "/schema.sql"   = { content = "create table if not exists visits (at timestamptz);" }
    "/root/.pgpass" = { content_wo = var.pgpass, permissions = "0600" }
  }

  networks = { (containers_docker_network.backend.name) = {} }
}

resource "containers_docker_network" "backend" {
  name = "example-backend"
}

resource "containers_docker_volume" "cache" {
  name = "example-cache"
}

variable "pgpass" {
  type      = string
  ephemeral = true
}
