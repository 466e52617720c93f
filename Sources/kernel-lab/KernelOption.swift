import ArgumentParser

/// Which kernels.
struct KernelOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The kernels: \(KernelSeries.all.map(\.name).joined(separator: ", ")); several with commas between them, or all.",
            valueName: "series"))
    var kernel = "6.1"

    /// The series that are meant.
    var series: [KernelSeries] {
        get throws(LabError) {
            if kernel == "all" { return KernelSeries.all }
            var result: [KernelSeries] = []
            for name in kernel.split(separator: ",") { result.append(try KernelSeries.named(String(name))) }
            return result
        }
    }
}
