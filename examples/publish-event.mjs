// Publishes one event to RabbitMQ, as a back-office would:
//   node examples/publish-event.mjs purchase_order.approved '{"event_id":"1","type":"purchase_order.approved",...}'
import process from "node:process";
import { connect } from "amqplib";

const [routingKey, body] = process.argv.slice(2);
if (routingKey === undefined || body === undefined) {
  process.stderr.write("usage: node examples/publish-event.mjs <routing key> <JSON>\n");
  process.exit(1);
}
const content = Buffer.from(JSON.stringify(JSON.parse(body)));
const { RABBITMQ_URL = "amqp://guest:guest@localhost:5672", EVENTS_EXCHANGE = "ponte.events" } =
  process.env;

const connection = await connect(RABBITMQ_URL);
const channel = await connection.createConfirmChannel();
await channel.assertExchange(EVENTS_EXCHANGE, "topic", { durable: true });
let isTaken = true;
channel.on("return", () => {
  isTaken = false;
});
const options = { persistent: true, mandatory: true, contentType: "application/json" };
channel.publish(EVENTS_EXCHANGE, routingKey, content, options);
await channel.waitForConfirms();
await connection.close();
process.stdout.write(isTaken ? "published\n" : "published, but no queue wants this routing key\n");
