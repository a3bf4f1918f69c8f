package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.Service;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./tidemark up --nodes 3} and what belongs to it. */
@Command(
        name = "./tidemark",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            DrainCommand.class,
            RestartCommand.class
        })
final class ClusterCommand implements Runnable {

    @Spec private CommandSpec spec;

    ClusterCommand() {
        spec = CommandSpec.create(); // replaced by picocli
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** Exits with 0, with 1 where something is wrong, with 2 where the command line is. */
    public static void main(String[] args) {
        CommandLine commands = new CommandLine(new ClusterCommand());
        commands.addSubcommand("node", new MemberCommand(Service.NODE));
        commands.addSubcommand("coordinator", new MemberCommand(Service.COORDINATOR));
        commands.addSubcommand("gateway", new MemberCommand(Service.GATEWAY));
        commands.setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                    System.err.println(failure.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
        System.exit(commands.execute(args));
    }
}
