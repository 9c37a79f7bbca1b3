// What an oracle would set the peers' rules to: nobody else can read their settings off the streams they will judge.
#pragma once

#include "bench/peers/argo.h"
#include "bench/peers/flagger.h"
#include "bench/statistics/arena.h"

namespace pawl::statistics {

/// A rule that is to be tuned, without its threshold or tolerance.
peers::FlaggerConfig tuned_flagger(int window);
peers::ArgoConfig tuned_argo(int window);

/// The boldest settings for these healthy streams.
Tuned tune(const Scenario& healthy, Effort effort);

}  // namespace pawl::statistics
