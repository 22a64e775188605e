package lab;

import io.openmessaging.storage.dledger.DLedgerConfig;
import io.openmessaging.storage.dledger.DLedgerServer;
import io.openmessaging.storage.dledger.entry.DLedgerEntry;
import io.openmessaging.storage.dledger.protocol.AppendEntryRequest;
import io.openmessaging.storage.dledger.protocol.AppendEntryResponse;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * One member of a DLedger group, as the library is: {@code id peers folder}. Each line on standard input is a command, and has one
 * line for an answer: {@code state}, {@code append PREFIX COUNT}, {@code log}.
 */
public final class DLedgerMember {
    private DLedgerMember() {
    }

    public static void main(String[] args) throws Exception {
        DLedgerConfig config = new DLedgerConfig();
        config.setGroup("g");
        config.setSelfId(args[0]);
        config.setPeers(args[1]);
        config.setStoreBaseDir(args[2]);
        config.setMappedFileSizeForEntryData(64 * 1024);
        config.setMappedFileSizeForEntryIndex(32 * 1024);
        DLedgerServer server = new DLedgerServer(config);
        server.startup();
        System.out.println("> up");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "state":
                    System.out.println("> " + server.getMemberState().getRole() + " " + server.getMemberState().currTerm() + " "
                        + server.getMemberState().getLeaderId() + " " + server.getdLedgerStore().getCommittedIndex());
                    break;
                case "append":
                    System.out.println("> " + append(server, args[0], words[1], Integer.parseInt(words[2])));
                    break;
                case "log":
                    System.out.println("> " + log(server));
                    break;
                default:
                    System.out.println("> ?");
            }
        }
        System.exit(0);
    }

    /**
     * How many of them a majority has. The reply to a lonely entry may not come before the next one (a flaw of 0.2.2): what this
     * member, leading all the while, counts as committed is as good as replied to.
     */
    private static int append(DLedgerServer server, String self, String prefix, int count) throws Exception {
        int acknowledged = 0;
        long term = server.getMemberState().currTerm();
        for (int i = 0; i < count; i++) {
            AppendEntryRequest request = new AppendEntryRequest();
            request.setGroup("g");
            request.setRemoteId(self);
            request.setBody((prefix + i).getBytes(StandardCharsets.UTF_8));
            CompletableFuture<AppendEntryResponse> reply = server.handleAppend(request);
            long index = server.getdLedgerStore().getLedgerEndIndex();
            while (!reply.isDone() && server.getMemberState().isLeader() && server.getMemberState().currTerm() == term
                && server.getdLedgerStore().getCommittedIndex() < index) {
                Thread.sleep(1);
            }
            boolean isCommitted = reply.isDone()
                ? reply.get().getCode() == 200
                : server.getMemberState().isLeader() && server.getMemberState().currTerm() == term
                    && server.getdLedgerStore().getCommittedIndex() >= index;
            if (isCommitted) acknowledged++;
        }
        return acknowledged;
    }

    private static String log(DLedgerServer server) {
        StringBuilder text = new StringBuilder();
        for (long index = 0; index <= server.getdLedgerStore().getLedgerEndIndex(); index++) {
            DLedgerEntry entry = server.getdLedgerStore().get(index);
            text.append(entry.getTerm()).append(':').append(new String(entry.getBody(), StandardCharsets.UTF_8)).append(' ');
        }
        return text.toString().trim();
    }
}
