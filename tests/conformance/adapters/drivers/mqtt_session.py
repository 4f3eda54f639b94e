"""mosquitto, QoS 1 with a session that outlives its connection: adapters/mqtt. mosquitto has its sessions in memory here, so
what they keep does not outlive mosquitto."""
from mqtt import Mqtt


class MqttSession(Mqtt):
    keeps = True
    repeats = True
    outages = ("stop",)
    on_demand = None

    def config(self):
        return {**super().config(), "qos": 1, "client_id": "conform"}
