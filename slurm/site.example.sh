# What differs from cluster to cluster. Copy it, make it fit, and name the copy: sbatch --export=ALL,SHOAL_SITE=/path/site.sh ...
# shellcheck shell=bash

# Modules that Shoal was built with.
# module load gcc openmpi hdf5      # and cuda, cudnn for GPUs

# The program, where it is not on the PATH.
# export SHOAL=$HOME/shoal/bin/shoal

# Where `srun --mpi=list` does not name pmix: the mpirun of the Open MPI that Shoal was built with.
# export SHOAL_LAUNCH=mpirun

# The network, where Open MPI does not find the best one by itself.
# export OMPI_MCA_pml=ucx
# export UCX_NET_DEVICES=mlx5_0:1
