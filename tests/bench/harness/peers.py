"""Other people's servers, from Debian 12, each set up as its users would: what is measured beside Weir."""
import os
import pathlib

from . import servers

# nchan keeps ten messages for late comers; a subscriber that asks for the newest gets what is published from then on.
NGINX_CONFIG = """
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
{user}
events {{ worker_connections 19000; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{client_port};
    location = /sub {{
      nchan_subscriber websocket;
      nchan_channel_id $arg_id;
      nchan_subscriber_first_message newest;
    }}
    location = /pub {{
      nchan_publisher http;
      nchan_channel_id $arg_id;
    }}
  }}
}}
"""

# `socket_domain`: without it a WebSocket listener on 127.0.0.1 fails; and one without a plain listener beside it, too.
MOSQUITTO_CONFIG = """
allow_anonymous true
persistence false
log_dest stderr
log_type error
log_type warning
{user}
listener {feed_port} 127.0.0.1
protocol mqtt
listener {client_port} 127.0.0.1
socket_domain ipv4
protocol websockets
"""

NATS_CONFIG = """
listen: "127.0.0.1:{feed_port}"
websocket {{ listen: "127.0.0.1:{client_port}", no_tls: true }}
"""


def _peer(name, program, template, command, preset=None, user="", has_one_port=False, cut_off=None):
    def launch(folder: pathlib.Path):
        client_port, feed_port = servers.free_ports(2)
        if has_one_port:
            feed_port = client_port
        config = folder / f"{name}.conf"
        config.write_text(template.format(folder=folder, client_port=client_port, feed_port=feed_port, user=user))
        return servers.Launch([program, *command(folder, config)], client_port, feed_port)

    return servers.Kind(name, pathlib.Path(program), launch, preset or name, cut_off=cut_off)


def nchan():
    """nginx with the module nchan."""
    return _peer("nchan", "/usr/sbin/nginx", NGINX_CONFIG,
                 lambda folder, config: ["-p", folder, "-c", config, "-e", "stderr"],
                 user=_as_root("user root;"), has_one_port=True)


def mosquitto():
    return _peer("mosquitto", "/usr/sbin/mosquitto", MOSQUITTO_CONFIG, lambda folder, config: ["-c", config],
                 user=_as_root("user root"), cut_off="has exceeded timeout")


def nats():
    return _peer("nats-server", "/usr/sbin/nats-server", NATS_CONFIG, lambda folder, config: ["-c", config],
                 preset="nats", cut_off="Slow Consumer Detected")


def _as_root(line):
    """Only root may, and needs to, say who the workers are: others cannot read the run's folder."""
    return line if os.geteuid() == 0 else ""


def all_of_them():
    return [nchan(), mosquitto(), nats()]
