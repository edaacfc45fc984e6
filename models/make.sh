#!/bin/sh
# make.sh [--cifar10 DIR] [--force]: makes the networks that are too large to commit, where they are not there:
#   vgg16.onnx   trained on CIFAR-10 where its folder is given, else left at its initialization (seed 1)
#   dave2.onnx   trained on roads that draw_road.py draws
# --force makes them again.
set -e
cd "$(dirname "$0")"

usage() {
    echo "usage: make.sh [--cifar10 DIR] [--force]" >&2
    exit 2
}

cifar10=
force=
while [ $# -gt 0 ]; do
    case $1 in
    --cifar10) [ $# -ge 2 ] || usage; cifar10=$2; shift ;;
    --force) force=yes ;;
    *) usage ;;
    esac
    shift
done

missing() {
    [ -n "$force" ] || [ ! -e "$1" ]
}

if ! missing vgg16.onnx && ! missing dave2.onnx; then
    echo "vgg16.onnx and dave2.onnx are there: --force makes them again"
    exit 0
fi
sh ../scripts/install-packages.sh python3-torch python3-onnx python3-numpy python3-pil

# Debian's packages belong to Debian's Python, which need not be the first one in PATH.
train="nice /usr/bin/python3 train.py"
if missing vgg16.onnx; then
    if [ -n "$cifar10" ]; then
        $train vgg16 --cifar10 "$cifar10"
    else
        echo "no --cifar10 DIR: vgg16.onnx is left at its initialization, its classes mean nothing"
        $train vgg16 --epochs 0
    fi
fi
if missing dave2.onnx; then
    $train dave2
fi
