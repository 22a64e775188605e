package lab;

import com.alibaba.fastjson.JSON;
import com.alibaba.fastjson.JSONArray;
import com.alibaba.fastjson.JSONObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageClientIDSetter;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.protocol.heartbeat.MessageModel;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/**
 * Apache's Java client by order: one command in JSON per line of standard input, one JSON object per line of standard output for
 * its answer and for every message that a consumer is given. Ends with its input.
 */
public final class Driver {
    private static final int WAIT_SECONDS = 240;

    private interface Command {
        Object run(JSONObject order) throws Exception;
    }

    private final String namesrv;
    private final PrintStream out;
    private final Map<String, DefaultMQProducer> producers = new ConcurrentHashMap<>();
    private final Map<String, Runnable> stops = new ConcurrentHashMap<>();
    private final Map<String, Command> commands = new ConcurrentHashMap<>();

    private Driver(String namesrv, PrintStream out) {
        this.namesrv = namesrv;
        this.out = out;
        commands.put("produce", this::produce);
        commands.put("send", this::send);
        commands.put("consume", this::consume);
        commands.put("stop", order -> {
            stops.remove(order.getString("name")).run();
            return null;
        });
        commands.put("pull", this::pull);
        commands.put("lite", this::lite);
        commands.put("query", this::query);
        commands.put("mqadmin", this::mqadmin);
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, "UTF-8");
        System.setOut(System.err); // What the client prints is no answer.
        Driver driver = new Driver(args[0], out);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        driver.say(JSON.parseObject("{\"ready\":true}"));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JSONObject order = JSON.parseObject(line);
            Thread worker = new Thread(() -> driver.obey(order));
            worker.setDaemon(true);
            worker.start();
        }
        Runtime.getRuntime().halt(0);
    }

    private void say(JSONObject what) {
        String line = what.toJSONString();
        synchronized (out) {
            out.println(line);
        }
    }

    private void obey(JSONObject order) {
        JSONObject answer = new JSONObject(true);
        answer.put("id", order.get("id"));
        try {
            answer.put("result", commands.get(order.getString("do")).run(order));
        } catch (Throwable error) {
            answer.put("error", error.toString());
        }
        say(answer);
    }

    private Object produce(JSONObject order) throws Exception {
        String name = order.getString("name");
        DefaultMQProducer producer = new DefaultMQProducer(order.getString("group"));
        producer.setSendMsgTimeout(order.getIntValue("sendTimeoutMs"));
        producer.setNamesrvAddr(namesrv);
        producer.setInstanceName(name);
        producer.start();
        producers.put(name, producer);
        stops.put(name, () -> {
            producers.remove(name);
            producer.shutdown();
        });
        return null;
    }

    private Object send(JSONObject order) throws Exception {
        DefaultMQProducer producer = producers.get(order.getString("from"));
        List<Message> messages = new ArrayList<>();
        for (Object each : order.getJSONArray("messages")) messages.add(messageOf(order.getString("topic"), (JSONObject) each));
        JSONArray results = new JSONArray();
        switch (order.getString("how")) {
            case "sync":
                for (Message message : messages) results.add(told(producer.send(message)));
                break;
            case "one-way":
                for (Message message : messages) producer.sendOneway(message);
                break;
            case "batch":
                results.add(told(producer.send(messages)));
                break;
            case "selector":
                for (Message message : messages) {
                    results.add(told(producer.send(message, (queues, m, arg) -> queues.get((Integer) arg), order.getInteger("queue"))));
                }
                break;
            default:
                sendAsync(producer, messages, results);
        }
        return results;
    }

    private void sendAsync(DefaultMQProducer producer, List<Message> messages, JSONArray results) throws Exception {
        CountDownLatch open = new CountDownLatch(messages.size());
        List<Object> outcomes = Collections.synchronizedList(new ArrayList<>());
        for (Message message : messages) {
            producer.send(message, new SendCallback() {
                @Override
                public void onSuccess(SendResult result) {
                    outcomes.add(told(result));
                    open.countDown();
                }

                @Override
                public void onException(Throwable error) {
                    outcomes.add(error.toString());
                    open.countDown();
                }
            });
        }
        if (!open.await(WAIT_SECONDS, TimeUnit.SECONDS)) throw new IllegalStateException("no callback: " + open.getCount());
        results.addAll(outcomes);
    }

    private Object consume(JSONObject order) throws Exception {
        String name = order.getString("name");
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(order.getString("group"));
        consumer.setNamesrvAddr(namesrv);
        consumer.setInstanceName(name);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        if (order.getBooleanValue("broadcasting")) consumer.setMessageModel(MessageModel.BROADCASTING);
        if (order.containsKey("maxReconsumeTimes")) consumer.setMaxReconsumeTimes(order.getIntValue("maxReconsumeTimes"));
        consumer.subscribe(order.getString("topic"), order.getString("expression"));
        boolean fails = order.getBooleanValue("fails");
        if (order.getBooleanValue("orderly")) {
            consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
                heard(name, messages);
                return ConsumeOrderlyStatus.SUCCESS;
            });
        } else {
            consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
                heard(name, messages);
                context.setDelayLevelWhenNextConsume(1);
                return fails ? ConsumeConcurrentlyStatus.RECONSUME_LATER : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
        }
        consumer.start();
        stops.put(name, consumer::shutdown);
        return null;
    }

    private Object pull(JSONObject order) throws Exception {
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer(order.getString("group"));
        consumer.setNamesrvAddr(namesrv);
        consumer.setInstanceName("pull-" + order.get("id"));
        consumer.start();
        try {
            JSONArray queues = new JSONArray();
            for (MessageQueue queue : consumer.fetchSubscribeMessageQueues(order.getString("topic"))) {
                JSONObject told = new JSONObject(true);
                long min = consumer.minOffset(queue);
                long max = consumer.maxOffset(queue);
                JSONArray messages = new JSONArray();
                for (long offset = min; offset < max; ) {
                    PullResult result = consumer.pull(queue, order.getString("expression"), offset, 32);
                    if (result.getMsgFoundList() != null) result.getMsgFoundList().forEach(message -> messages.add(told(message)));
                    offset = result.getNextBeginOffset();
                }
                consumer.updateConsumeOffset(queue, max);
                told.put("queueId", queue.getQueueId());
                told.put("min", min);
                told.put("max", max);
                told.put("atStart", consumer.searchOffset(queue, 0));
                told.put("atEnd", consumer.searchOffset(queue, System.currentTimeMillis() + 60_000));
                told.put("beyond", consumer.pull(queue, "*", max + 100, 32).getPullStatus().name());
                told.put("empty", consumer.pull(queue, "*", max, 32).getPullStatus().name());
                told.put("messages", messages);
                queues.add(told);
            }
            return queues;
        } finally {
            consumer.shutdown();
        }
    }

    private Object lite(JSONObject order) throws Exception {
        DefaultLitePullConsumer consumer = new DefaultLitePullConsumer(order.getString("group"));
        consumer.setNamesrvAddr(namesrv);
        consumer.setInstanceName("lite-" + order.get("id"));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        String topic = order.getString("topic");
        boolean assigns = order.getBooleanValue("assign");
        if (assigns) consumer.setAutoCommit(false);
        else consumer.subscribe(topic, order.getString("expression"));
        consumer.start();
        try {
            if (assigns) {
                // A new group begins at the start, where all is still in memory. Seeking while 4.9.1 starts its pull tasks may end them.
                consumer.assign(consumer.fetchMessageQueues(topic));
            }
            JSONArray messages = new JSONArray();
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
            while (messages.size() < order.getIntValue("count") && System.nanoTime() < until) {
                for (MessageExt message : consumer.poll(200)) messages.add(told(message));
                // A poll holds the lock of the client that its pull tasks need to begin; without a gap they may never get it.
                Thread.sleep(20);
            }
            for (MessageExt message : consumer.poll(200)) messages.add(told(message));
            consumer.commitSync();
            return messages;
        } finally {
            consumer.shutdown();
        }
    }

    /** By key, or by ids: of the client that sent them, or of their places. */
    private Object query(JSONObject order) throws Exception {
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer("QUERY");
        consumer.setNamesrvAddr(namesrv);
        consumer.setInstanceName("query-" + order.get("id"));
        consumer.start();
        try {
            JSONArray messages = new JSONArray();
            String topic = order.getString("topic");
            if (order.containsKey("msgIds")) {
                for (Object msgId : order.getJSONArray("msgIds")) messages.add(told(consumer.viewMessage(topic, (String) msgId)));
            } else {
                List<MessageExt> found =
                    consumer.queryMessage(topic, order.getString("key"), 32, 0, System.currentTimeMillis() + 60_000).getMessageList();
                for (MessageExt message : found) messages.add(told(message));
            }
            return messages;
        } finally {
            consumer.shutdown();
        }
    }

    /** Apache's command line in this process, and what it printed. Nothing else may print meanwhile. */
    private synchronized Object mqadmin(JSONObject order) throws Exception {
        PrintStream out = System.out;
        PrintStream err = System.err;
        java.io.ByteArrayOutputStream printed = new java.io.ByteArrayOutputStream();
        PrintStream page = new PrintStream(printed, true, "UTF-8");
        System.setOut(page);
        System.setErr(page);
        try {
            List<String> words = new ArrayList<>(order.getJSONArray("words").toJavaList(String.class));
            Collections.addAll(words, "-n", namesrv);
            MQAdminStartup.main0(words.toArray(new String[0]), null);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return printed.toString("UTF-8");
    }

    private void heard(String name, List<MessageExt> messages) {
        for (MessageExt message : messages) {
            JSONObject event = told(message);
            event.put("on", name);
            say(event);
        }
    }

    private static Message messageOf(String topic, JSONObject order) {
        Message message = new Message(topic, order.getString("body").getBytes(StandardCharsets.UTF_8));
        if (order.containsKey("tags")) message.setTags(order.getString("tags"));
        if (order.containsKey("keys")) message.setKeys(order.getString("keys"));
        if (order.containsKey("delayLevel")) message.setDelayTimeLevel(order.getIntValue("delayLevel"));
        if (order.containsKey("property")) message.putUserProperty("lab", order.getString("property"));
        return message;
    }

    private static JSONObject told(SendResult result) {
        JSONObject told = new JSONObject(true);
        told.put("status", result.getSendStatus().name());
        told.put("msgId", result.getMsgId());
        told.put("offsetMsgId", result.getOffsetMsgId());
        told.put("brokerName", result.getMessageQueue().getBrokerName());
        told.put("queueId", result.getMessageQueue().getQueueId());
        told.put("queueOffset", result.getQueueOffset());
        return told;
    }

    private static JSONObject told(MessageExt message) {
        JSONObject told = new JSONObject(true);
        told.put("topic", message.getTopic());
        told.put("body", new String(message.getBody(), StandardCharsets.UTF_8));
        told.put("tags", message.getTags());
        told.put("keys", message.getKeys());
        told.put("property", message.getUserProperty("lab"));
        told.put("msgId", MessageClientIDSetter.getUniqID(message));
        told.put("queueId", message.getQueueId());
        told.put("queueOffset", message.getQueueOffset());
        told.put("commitLogOffset", message.getCommitLogOffset());
        told.put("reconsumeTimes", message.getReconsumeTimes());
        told.put("bornTimestamp", message.getBornTimestamp());
        told.put("storeTimestamp", message.getStoreTimestamp());
        told.put("heardAt", System.currentTimeMillis());
        return told;
    }
}
