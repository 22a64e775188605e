package lab;

import com.alibaba.fastjson.JSON;
import com.alibaba.fastjson.JSONObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;

/**
 * The load of the benchmark, on whichever cluster an order names, from one virtual machine, so that both clusters have the same
 * warm client: one order in JSON per line of standard input, one answer per line of standard output, one at a time.
 */
public final class Bench {
    private static final int BODY_BYTES = 128;
    private static final int BATCH = 100;
    private static final int PATIENCE_SECONDS = 120;

    private final Map<String, DefaultMQProducer> producers = new HashMap<>();
    private int consumers = 0;

    private Bench() {
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, "UTF-8");
        System.setOut(System.err); // What the client prints is no answer.
        Bench bench = new Bench();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println("{\"ready\":true}");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JSONObject answer;
            try {
                answer = bench.obey(JSON.parseObject(line));
            } catch (Throwable error) {
                answer = new JSONObject(true);
                answer.put("error", error.toString());
            }
            out.println(answer.toJSONString());
        }
        Runtime.getRuntime().halt(0);
    }

    private JSONObject obey(JSONObject order) throws Exception {
        String namesrv = order.getString("namesrv");
        String topic = order.getString("topic");
        switch (order.getString("do")) {
            case "send":
                return send(namesrv, topic, order.getIntValue("threads"), order.getLongValue("millis"));
            case "fill":
                return fill(namesrv, topic, order.getIntValue("count"));
            case "consume":
                return consume(namesrv, topic, order.getIntValue("count"));
            default:
                throw new IllegalArgumentException(order.toJSONString());
        }
    }

    private DefaultMQProducer producer(String namesrv) throws Exception {
        DefaultMQProducer producer = producers.get(namesrv);
        if (producer == null) {
            producer = new DefaultMQProducer("bench-producers");
            producer.setNamesrvAddr(namesrv);
            producer.setInstanceName("bench " + namesrv);
            producer.start();
            producers.put(namesrv, producer);
        }
        return producer;
    }

    private static byte[] body() {
        byte[] body = new byte[BODY_BYTES];
        Arrays.fill(body, (byte) 'x');
        return body;
    }

    /** Synchronous sends from so many threads for so long. */
    private JSONObject send(String namesrv, String topic, int threads, long millis) throws Exception {
        DefaultMQProducer producer = producer(namesrv);
        byte[] body = body();
        List<long[]> taken = new ArrayList<>();
        AtomicLong failed = new AtomicLong();
        CountDownLatch over = new CountDownLatch(threads);
        long begunNs = System.nanoTime();
        long untilNs = begunNs + TimeUnit.MILLISECONDS.toNanos(millis);
        for (int i = 0; i < threads; i++) {
            Thread sender = new Thread(() -> {
                long[] mine = new long[1024];
                int count = 0;
                long nowNs = System.nanoTime();
                while (nowNs < untilNs) {
                    try {
                        if (producer.send(new Message(topic, body)).getSendStatus() != SendStatus.SEND_OK) failed.incrementAndGet();
                    } catch (Exception error) {
                        failed.incrementAndGet();
                    }
                    long thenNs = nowNs;
                    nowNs = System.nanoTime();
                    if (count == mine.length) mine = Arrays.copyOf(mine, 2 * count);
                    mine[count++] = nowNs - thenNs;
                }
                synchronized (taken) {
                    taken.add(Arrays.copyOf(mine, count));
                }
                over.countDown();
            });
            sender.start();
        }
        over.await();
        long tookNs = System.nanoTime() - begunNs;
        long[] all = taken.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        JSONObject told = new JSONObject(true);
        told.put("failed", failed.get());
        told.put("perSecond", (all.length - failed.get()) * 1e9 / tookNs);
        told.put("p50Ms", all[all.length / 2] / 1e6);
        told.put("p99Ms", all[(int) (all.length * 0.99)] / 1e6);
        return told;
    }

    private JSONObject fill(String namesrv, String topic, int count) throws Exception {
        DefaultMQProducer producer = producer(namesrv);
        byte[] body = body();
        producer.send(new Message(topic, body)); // A batch does not create its topic in every broker.
        for (int sent = 1; sent < count; sent += BATCH) {
            List<Message> batch = new ArrayList<>();
            for (int i = 0; i < Math.min(BATCH, count - sent); i++) batch.add(new Message(topic, body));
            if (producer.send(batch).getSendStatus() != SendStatus.SEND_OK) throw new IllegalStateException("not stored");
        }
        return new JSONObject(true);
    }

    /** A new group takes all that is there: messages a second between the first and the last. */
    private JSONObject consume(String namesrv, String topic, int count) throws Exception {
        String name = "bench-consumers-" + consumers++;
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(name);
        consumer.setNamesrvAddr(namesrv);
        consumer.setInstanceName(name + " " + namesrv);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "*");
        AtomicLong heard = new AtomicLong();
        AtomicLong firstNs = new AtomicLong();
        AtomicLong lastNs = new AtomicLong();
        CountDownLatch all = new CountDownLatch(1);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            if (firstNs.get() == 0) firstNs.compareAndSet(0, System.nanoTime());
            if (heard.addAndGet(messages.size()) == count) {
                lastNs.set(System.nanoTime());
                all.countDown();
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        boolean isAll = all.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        consumer.shutdown();
        if (!isAll) throw new IllegalStateException("only " + heard.get() + " of " + count + " messages");
        JSONObject told = new JSONObject(true);
        told.put("perSecond", (count - 1) * 1e9 / (lastNs.get() - firstNs.get()));
        return told;
    }
}
