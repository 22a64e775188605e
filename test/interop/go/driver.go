// Apache's Go client by order: one command in JSON per line of standard input, one JSON object per line of standard output for its
// answer and for every message that a consumer is given. Ends with its input.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	rocketmq "github.com/apache/rocketmq-client-go/v2"
	"github.com/apache/rocketmq-client-go/v2/admin"
	"github.com/apache/rocketmq-client-go/v2/consumer"
	"github.com/apache/rocketmq-client-go/v2/primitive"
	"github.com/apache/rocketmq-client-go/v2/producer"
	"github.com/apache/rocketmq-client-go/v2/rlog"
)

const patience = 240 * time.Second

type outgoing struct {
	Body        string `json:"body"`
	Tags        string `json:"tags"`
	Keys        string `json:"keys"`
	DelayLevel  int    `json:"delayLevel"`
	Property    string `json:"property"`
	ShardingKey string `json:"shardingKey"`
}

type order struct {
	ID                int        `json:"id"`
	Do                string     `json:"do"`
	Name              string     `json:"name"`
	Group             string     `json:"group"`
	From              string     `json:"from"`
	Topic             string     `json:"topic"`
	How               string     `json:"how"`
	Messages          []outgoing `json:"messages"`
	Queue             *int       `json:"queue"`
	Queues            int        `json:"queues"`
	Broker            string     `json:"broker"`
	Expression        string     `json:"expression"`
	Count             int        `json:"count"`
	Broadcasting      bool       `json:"broadcasting"`
	Orderly           bool       `json:"orderly"`
	Fails             bool       `json:"fails"`
	MaxReconsumeTimes *int32     `json:"maxReconsumeTimes"`
	SendTimeoutMs     int        `json:"sendTimeoutMs"`
}

type fields map[string]interface{}

type driver struct {
	namesrv   primitive.NamesrvAddr
	out       sync.Mutex
	table     sync.Mutex
	producers map[string]rocketmq.Producer
	stops     map[string]func() error
}

func main() {
	rlog.SetLogLevel("error")
	d := &driver{
		namesrv:   primitive.NamesrvAddr{os.Args[1]},
		producers: map[string]rocketmq.Producer{},
		stops:     map[string]func() error{},
	}
	commands := map[string]func(*order) (interface{}, error){
		"produce":      d.produce,
		"send":         d.send,
		"consume":      d.consume,
		"stop":         d.stop,
		"pull":         d.pull,
		"poll":         d.poll,
		"create-topic": d.createTopic,
		"delete-topic": d.deleteTopic,
		"topics":       d.topics,
	}
	d.say(fields{"ready": true})
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		asked := &order{}
		if err := json.Unmarshal(lines.Bytes(), asked); err != nil {
			panic(err)
		}
		go func() {
			result, err := commands[asked.Do](asked)
			if err != nil {
				d.say(fields{"id": asked.ID, "error": err.Error()})
			} else {
				d.say(fields{"id": asked.ID, "result": result})
			}
		}()
	}
}

func (d *driver) say(what fields) {
	line, err := json.Marshal(what)
	if err != nil {
		panic(err)
	}
	d.out.Lock()
	defer d.out.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

func (d *driver) keep(name string, stop func() error) {
	d.table.Lock()
	defer d.table.Unlock()
	d.stops[name] = stop
}

func (d *driver) stop(asked *order) (interface{}, error) {
	d.table.Lock()
	stop := d.stops[asked.Name]
	delete(d.stops, asked.Name)
	d.table.Unlock()
	return nil, stop()
}

// The queue that the message names, else the one of its sharding key, else the next.
type selector struct{ hash, next producer.QueueSelector }

func (s selector) Select(m *primitive.Message, queues []*primitive.MessageQueue, last string) *primitive.MessageQueue {
	if m.Queue != nil {
		for _, queue := range queues {
			if queue.QueueId == m.Queue.QueueId {
				return queue
			}
		}
		return nil
	}
	if m.GetShardingKey() != "" {
		return s.hash.Select(m, queues, last)
	}
	return s.next.Select(m, queues, last)
}

func (d *driver) produce(asked *order) (interface{}, error) {
	p, err := rocketmq.NewProducer(
		producer.WithGroupName(asked.Group),
		producer.WithInstanceName(asked.Name),
		producer.WithNameServer(d.namesrv),
		producer.WithSendMsgTimeout(time.Duration(asked.SendTimeoutMs)*time.Millisecond),
		producer.WithQueueSelector(selector{producer.NewHashQueueSelector(), producer.NewRoundRobinQueueSelector()}),
	)
	if err != nil {
		return nil, err
	}
	if err := p.Start(); err != nil {
		return nil, err
	}
	d.table.Lock()
	d.producers[asked.Name] = p
	d.table.Unlock()
	d.keep(asked.Name, p.Shutdown)
	return nil, nil
}

func messagesOf(asked *order) []*primitive.Message {
	messages := make([]*primitive.Message, len(asked.Messages))
	for i, each := range asked.Messages {
		m := primitive.NewMessage(asked.Topic, []byte(each.Body))
		if each.Tags != "" {
			m.WithTag(each.Tags)
		}
		if each.Keys != "" {
			m.WithKeys(strings.Split(each.Keys, " "))
		}
		if each.DelayLevel > 0 {
			m.WithDelayTimeLevel(each.DelayLevel)
		}
		if each.ShardingKey != "" {
			m.WithShardingKey(each.ShardingKey)
		}
		m.WithProperty("lab", each.Property)
		if asked.Queue != nil {
			m.Queue = &primitive.MessageQueue{Topic: asked.Topic, QueueId: *asked.Queue}
		}
		messages[i] = m
	}
	return messages
}

func (d *driver) send(asked *order) (interface{}, error) {
	d.table.Lock()
	p := d.producers[asked.From]
	d.table.Unlock()
	messages := messagesOf(asked)
	ctx := context.Background()
	results := []fields{}
	switch asked.How {
	case "async":
		return sendAsync(ctx, p, messages)
	case "one-way":
		for _, m := range messages {
			if err := p.SendOneWay(ctx, m); err != nil {
				return nil, err
			}
		}
	case "batch":
		result, err := p.SendSync(ctx, messages...)
		if err != nil {
			return nil, err
		}
		results = append(results, toldOfSend(result))
	default:
		for _, m := range messages {
			result, err := p.SendSync(ctx, m)
			if err != nil {
				return nil, err
			}
			results = append(results, toldOfSend(result))
		}
	}
	return results, nil
}

func sendAsync(ctx context.Context, p rocketmq.Producer, messages []*primitive.Message) (interface{}, error) {
	type outcome struct {
		at     int
		result *primitive.SendResult
		err    error
	}
	outcomes := make(chan outcome, len(messages))
	for i, m := range messages {
		at := i
		told := func(_ context.Context, result *primitive.SendResult, err error) {
			outcomes <- outcome{at, result, err}
		}
		if err := p.SendAsync(ctx, told, m); err != nil {
			return nil, err
		}
	}
	results := make([]fields, len(messages))
	for range messages {
		select {
		case o := <-outcomes:
			if o.err != nil {
				return nil, o.err
			}
			results[o.at] = toldOfSend(o.result)
		case <-time.After(patience):
			return nil, fmt.Errorf("no callback")
		}
	}
	return results, nil
}

func (d *driver) consume(asked *order) (interface{}, error) {
	model := consumer.Clustering
	if asked.Broadcasting {
		model = consumer.BroadCasting
	}
	options := []consumer.Option{
		consumer.WithGroupName(asked.Group),
		consumer.WithInstance(asked.Name),
		consumer.WithNameServer(d.namesrv),
		consumer.WithConsumeFromWhere(consumer.ConsumeFromFirstOffset),
		consumer.WithConsumerModel(model),
		consumer.WithConsumerOrder(asked.Orderly),
	}
	if asked.MaxReconsumeTimes != nil {
		options = append(options, consumer.WithMaxReconsumeTimes(*asked.MaxReconsumeTimes))
	}
	c, err := rocketmq.NewPushConsumer(options...)
	if err != nil {
		return nil, err
	}
	choice := consumer.MessageSelector{Type: consumer.TAG, Expression: asked.Expression}
	listener := func(ctx context.Context, messages ...*primitive.MessageExt) (consumer.ConsumeResult, error) {
		for _, m := range messages {
			event := toldOfMessage(m)
			event["on"] = asked.Name
			d.say(event)
		}
		if !asked.Fails {
			return consumer.ConsumeSuccess, nil
		}
		if concurrently, ok := primitive.GetConcurrentlyCtx(ctx); ok {
			concurrently.DelayLevelWhenNextConsume = 1
		}
		return consumer.ConsumeRetryLater, nil
	}
	if err := c.Subscribe(asked.Topic, choice, listener); err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	d.keep(asked.Name, c.Shutdown)
	return nil, nil
}

func (d *driver) pullConsumer(asked *order) (rocketmq.PullConsumer, error) {
	c, err := rocketmq.NewPullConsumer(
		consumer.WithGroupName(asked.Group),
		consumer.WithInstance(fmt.Sprintf("pull-%d", asked.ID)),
		consumer.WithNameServer(d.namesrv),
		consumer.WithConsumeFromWhere(consumer.ConsumeFromFirstOffset),
		consumer.WithPullBatchSize(32),
	)
	if err != nil {
		return nil, err
	}
	choice := consumer.MessageSelector{Type: consumer.TAG, Expression: asked.Expression}
	if err := c.Subscribe(asked.Topic, choice); err != nil {
		return nil, err
	}
	return c, c.Start()
}

// Each queue from its first offset to its end.
func (d *driver) pull(asked *order) (interface{}, error) {
	c, err := d.pullConsumer(asked)
	if err != nil {
		return nil, err
	}
	defer c.Shutdown()
	a, err := admin.NewAdmin(admin.WithResolver(primitive.NewPassthroughResolver(d.namesrv)))
	if err != nil {
		return nil, err
	}
	defer a.Close()
	ctx := context.Background()
	queues, err := a.FetchPublishMessageQueues(ctx, asked.Topic)
	if err != nil {
		return nil, err
	}
	told := []fields{}
	for _, queue := range queues {
		messages := []fields{}
		offset, end, start := int64(0), int64(1), int64(-1)
		for offset < end {
			result, err := c.PullFrom(ctx, queue, offset, 32)
			if err != nil {
				return nil, err
			}
			for _, m := range result.GetMessageExts() {
				messages = append(messages, toldOfMessage(m))
			}
			offset, end, start = result.NextBeginOffset, result.MaxOffset, result.MinOffset
		}
		told = append(told, fields{"queueId": queue.QueueId, "min": start, "max": end, "messages": messages})
	}
	return told, nil
}

// What the client's own pulling brings, acknowledged, until there are as many as asked for.
func (d *driver) poll(asked *order) (interface{}, error) {
	c, err := d.pullConsumer(asked)
	if err != nil {
		return nil, err
	}
	defer c.Shutdown()
	ctx := context.Background()
	messages := []fields{}
	for until := time.Now().Add(patience); len(messages) < asked.Count && time.Now().Before(until); {
		request, err := c.Poll(ctx, time.Second)
		if consumer.IsNoNewMsgError(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, m := range request.GetMsgList() {
			messages = append(messages, toldOfMessage(m))
		}
		c.ACK(ctx, request, consumer.ConsumeSuccess)
	}
	return messages, c.PersistOffset(ctx, asked.Topic)
}

func (d *driver) createTopic(asked *order) (interface{}, error) {
	a, err := admin.NewAdmin(admin.WithResolver(primitive.NewPassthroughResolver(d.namesrv)))
	if err != nil {
		return nil, err
	}
	defer a.Close()
	return nil, a.CreateTopic(
		context.Background(),
		admin.WithTopicCreate(asked.Topic),
		admin.WithBrokerAddrCreate(asked.Broker),
		admin.WithReadQueueNums(asked.Queues),
		admin.WithWriteQueueNums(asked.Queues),
	)
}

func (d *driver) deleteTopic(asked *order) (interface{}, error) {
	a, err := admin.NewAdmin(admin.WithResolver(primitive.NewPassthroughResolver(d.namesrv)))
	if err != nil {
		return nil, err
	}
	defer a.Close()
	return nil, a.DeleteTopic(context.Background(), admin.WithTopicDelete(asked.Topic), admin.WithBrokerAddrDelete(asked.Broker))
}

// The topics that the NameServer names, and the groups that the broker knows.
func (d *driver) topics(asked *order) (interface{}, error) {
	a, err := admin.NewAdmin(admin.WithResolver(primitive.NewPassthroughResolver(d.namesrv)))
	if err != nil {
		return nil, err
	}
	defer a.Close()
	ctx := context.Background()
	topics, err := a.FetchAllTopicList(ctx)
	if err != nil {
		return nil, err
	}
	groups, err := a.GetAllSubscriptionGroup(ctx, asked.Broker, patience)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for name := range groups.SubscriptionGroupTable {
		names = append(names, name)
	}
	return fields{"topics": topics.TopicList, "groups": names}, nil
}

func toldOfSend(result *primitive.SendResult) fields {
	statuses := map[primitive.SendStatus]string{
		primitive.SendOK:                "SEND_OK",
		primitive.SendFlushDiskTimeout:  "FLUSH_DISK_TIMEOUT",
		primitive.SendFlushSlaveTimeout: "FLUSH_SLAVE_TIMEOUT",
		primitive.SendSlaveNotAvailable: "SLAVE_NOT_AVAILABLE",
	}
	return fields{
		"status":      statuses[result.Status],
		"msgId":       result.MsgID,
		"offsetMsgId": result.OffsetMsgID,
		"brokerName":  result.MessageQueue.BrokerName,
		"queueId":     result.MessageQueue.QueueId,
		"queueOffset": result.QueueOffset,
	}
}

func toldOfMessage(m *primitive.MessageExt) fields {
	orNull := func(text string) interface{} {
		if text == "" {
			return nil
		}
		return text
	}
	return fields{
		"topic":          m.Topic,
		"body":           string(m.Body),
		"tags":           orNull(m.GetTags()),
		"keys":           orNull(m.GetKeys()),
		"property":       orNull(m.GetProperty("lab")),
		"msgId":          m.MsgId,
		"queueId":        m.Queue.QueueId,
		"queueOffset":    m.QueueOffset,
		"reconsumeTimes": m.ReconsumeTimes,
		"bornTimestamp":  m.BornTimestamp,
		"storeTimestamp": m.StoreTimestamp,
		"heardAt":        time.Now().UnixMilli(),
	}
}
