import ArgumentParser

/// Which kernels.
struct KernelOption: ParsableArguments {
    mutating func validate() throws {
        let names = kernel.split(separator: ",", omittingEmptySubsequences: false)
        guard kernel == "all" || names.allSatisfy({ KernelSeries.named(String($0)) != nil }),
            Set(names).count == names.count
        else {
            throw ValidationError(
                "--kernel takes \(KernelSeries.all.map(\.name).joined(separator: ", ")), several with commas between them, or all"
            )
        }
    }

    @Option(
        help: ArgumentHelp(
            "The kernels: \(KernelSeries.all.map(\.name).joined(separator: ", ")); several with commas between them, or all.",
            valueName: "series"))
    var kernel = "6.1"

    /// The series that are meant.
    var series: [KernelSeries] {
        if kernel == "all" { return KernelSeries.all }
        return kernel.split(separator: ",").compactMap { KernelSeries.named(String($0)) }
    }

    /// Does it in each kernel; one where it fails does not keep the others from their turn.
    ///
    /// - Returns: true if all is as predicted everywhere.
    /// - Throws: the first error, when all had their turn.
    func inEach(
        _ perform: (KernelSeries) async throws(LabError) -> Bool
    ) async throws(LabError) -> Bool {
        var isGood = true
        var failure: LabError?
        for series in series {
            do throws(LabError) {
                let isAsPredicted = try await perform(series)
                isGood = isGood && isAsPredicted
            } catch {
                if self.series.count > 1 { Progress(isShown: true).say("kernel \(series.name): \(error)") }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return isGood
    }
}
